import type { Marks, ParityContext } from "../context.js";
import { type Asked, type Recomputation, recompute } from "../recompute.js";
import type { Subject } from "../subject.js";
import { type Counting, countingPushed, type Pushed } from "./pushed-rows.js";

/** The values of what was known by each view's T, and of the pushed rows that are known after it. */
export function recomputePushed(
  context: Pick<ParityContext, "db" | "sources" | "computations">,
  subject: Subject,
  rows: readonly Asked[],
  marks: Marks,
  pushed: Pushed,
  which: Counting,
): Promise<Recomputation> {
  const counting = countingPushed(context, subject.widened, pushed, marks, which);
  return recompute(counting.context, { ...subject, widened: counting.of }, rows, counting.marks);
}
