import type { WhyRow } from "./report.js";

/** The rows to show, in their order: those that tell the sides apart first, then those that count, then the nearest in time. */
export function chosenRows(rows: readonly WhyRow[], most: number): WhyRow[] {
  if (rows.length <= most) return [...rows];
  const near = distances(rows);
  const chosen = rows
    .map((row, i) => ({ row, i, rank: rankOf(row), near: near[i] ?? 0 }))
    .sort((a, b) => a.rank - b.rank || a.near - b.near || b.i - a.i)
    .slice(0, most);
  return chosen.sort((a, b) => a.i - b.i).map(({ row }) => row);
}

function rankOf({ offline, online }: WhyRow): number {
  if (online !== null && (offline === "counts") !== (online === "counts")) return 0;
  return offline === "counts" || offline === "expired" ? 1 : 2;
}

/** How many rows lie between each and the nearest that counts. */
function distances(rows: readonly WhyRow[]): number[] {
  const counting = rows.flatMap((row, i) => (rankOf(row) < 2 ? [i] : []));
  const [first = rows.length, last = rows.length] = [counting[0], counting.at(-1)];
  return rows.map((_, i) => (i < first ? first - i : i > last ? i - last : 0));
}
