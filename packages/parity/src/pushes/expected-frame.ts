import type { Marks, ParityContext } from "../context.js";
import { type OfflineFrame, offlineFrame } from "../offline-frame.js";
import type { Question } from "../questions.js";
import type { Subject } from "../subject.js";
import { countingPushed, type Pushed } from "./pushed-rows.js";

/** What the online store is to agree with: the source's rows known by T, and the pushed rows that it has or will have. */
export async function expectedFrame(
  context: ParityContext & { readonly marks: Marks },
  { widened }: Subject,
  questions: readonly Question[],
  pushed: Pushed,
): Promise<OfflineFrame> {
  const counting = countingPushed(context, widened, pushed, context.marks, "expected");
  return offlineFrame(counting.context, counting.of, questions, counting.marks);
}
