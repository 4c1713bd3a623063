import { count } from "./numbers.js";
import type { FrameExplanation } from "./store-types.js";
import type { Style } from "./style.js";
import { table } from "./table.js";

const COLUMNS = [{ title: "view" }, { title: "rows that", shrinks: true }];
const NUMBERS = ["read", "kept"].map((title) => ({ title, align: "right" as const }));

/** Each view's steps, what each read and what it kept, and what is then compared. */
export function renderExplanation({ views }: FrameExplanation, style: Style): string {
  const rows = views.flatMap(({ view, source, asks, keys, steps, pairs }) => [
    ...steps.map(({ step, read, kept }, i) => [
      i === 0 ? view : i === 1 ? `from ${source}` : "",
      step,
      count(read),
      count(kept),
    ]),
    ["", `are compared with ${count(asks)} label rows of ${count(keys)} keys, in pairs`, "", count(pairs)],
  ]);
  return table([...COLUMNS, ...NUMBERS], rows, style);
}
