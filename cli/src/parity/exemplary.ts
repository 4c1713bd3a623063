import { groupBy } from "../group-by.js";
import type { Compared } from "./compared.js";

type Difference = Compared["differences"][number];

/** One difference of each feature and cause, so many at most: every cause is told before another example of one. */
export function exemplary(differences: readonly Difference[], most: number): Difference[] {
  const first = [...groupBy(differences, (d) => [d.service, d.view, d.feature, d.cause].join("\0")).values()].map(
    ([d]) => d as Difference,
  );
  const turns = [...groupBy(first, (d) => d.cause).values()].flatMap((of) => of.map((d, turn) => ({ d, turn })));
  return turns
    .sort((a, b) => a.turn - b.turn)
    .slice(0, most)
    .map(({ d }) => d);
}
