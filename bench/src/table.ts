import type { Figure } from "./benchmark.js";

const HEAD = ["case", "ours", "peer", "unit", "ratio", "target", "met"];
const RIGHT = [false, true, true, false, true, false, false];

/** The figures as lines of aligned columns. */
export function table(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(cells)];
  const widths = HEAD.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (RIGHT[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function cells({ case: name, ours, peer, unit, ratio, target, met }: Figure): string[] {
  return [
    name,
    amount(ours),
    amount(peer),
    unit,
    ratio.toFixed(2),
    target ?? "-",
    met === null ? "-" : met ? "yes" : "no",
  ];
}

function amount(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);
}
