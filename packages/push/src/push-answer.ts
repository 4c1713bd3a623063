import type { PushAnswer, Rejection } from "@lockstep/online";

/** What became of a row in one view's generation. */
export type ViewAnswer =
  | { readonly status: "ACCEPTED" | "DUPLICATE" | "LATE" }
  | ({ readonly status: "REJECTED" } & Rejection);

/** Of the answers of all views: one that refuses a row decides, then one that takes it. */
export function combined(answers: readonly { readonly view: string; readonly answer: ViewAnswer }[]): PushAnswer {
  const all = answers.map(({ answer }) => answer);
  const rejected = all.find((answer) => answer.status === "REJECTED");
  if (rejected) return rejected;
  const late = answers.filter(({ answer }) => answer.status === "LATE").map(({ view }) => view);
  if (late.length === all.length) return { status: "LATE" };
  const status = all.some((answer) => answer.status === "ACCEPTED") ? "ACCEPTED" : "DUPLICATE";
  return late.length > 0 ? { status, late: [...new Set(late)] } : { status };
}
