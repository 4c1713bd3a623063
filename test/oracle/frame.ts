import { evaluate } from "./evaluate.js";
import type { Answer, OracleView } from "./feature.js";
import type { Row } from "./source.js";
import type { Value } from "./values.js";

/** Section 7: an answer per label, in the labels' order, duplicates included. */
export function trainingFrame(
  view: OracleView,
  rows: Row[],
  labels: { key: Value[]; t: bigint }[],
): Record<string, Answer>[] {
  const untimed = labels.flatMap((label, i) => ((label.t as bigint | null) === null ? [i] : []));
  if (untimed.length > 0) throw new Error(`null timestamp in label rows ${untimed.join(", ")}`);
  return labels.map(({ key, t }) => evaluate(view, rows, key, t));
}
