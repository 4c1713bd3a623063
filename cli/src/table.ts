import type { Style } from "./style.js";
import { padEnd, padStart, textWidth, truncate } from "./text-width.js";

export interface Column {
  readonly title: string;
  readonly align?: "right";
  /** Gives way where the table is wider than the terminal. */
  readonly shrinks?: boolean;
}

export type Row = readonly string[];

const GAP = "  ";
const LEAST = 8;

/** Rows under their titles, aligned. Each line ends in a line break. */
export function table(columns: readonly Column[], rows: readonly Row[], style: Style): string {
  const widths = fit(columns, naturalWidths(columns, rows), style.width);
  const line = (cells: Row) =>
    `${columns
      .map(({ align }, i) => {
        const cell = truncate(cells[i] ?? "", widths[i] ?? 0);
        return align === "right" ? padStart(cell, widths[i] ?? 0) : padEnd(cell, widths[i] ?? 0);
      })
      .join(GAP)
      .trimEnd()}\n`;
  const title = line(columns.map((c) => c.title)).trimEnd();
  return `${style.colors.dim(title)}\n${rows.map(line).join("")}`;
}

export const naturalWidths = (columns: readonly Column[], rows: readonly Row[]): number[] =>
  columns.map((c, i) => Math.max(textWidth(c.title), ...rows.map((row) => textWidth(row[i] ?? ""))));

/** How many of the leading columns fit. */
export function fittingColumns(widths: readonly number[], width: number): number {
  let used = -GAP.length;
  for (const [i, w] of widths.entries()) {
    used += w + GAP.length;
    if (used > width) return i;
  }
  return widths.length;
}

/** Takes what is too much from the columns that shrink, the last one first. */
function fit(columns: readonly Column[], widths: readonly number[], width: number): number[] {
  let excess = widths.reduce((sum, w) => sum + w, 0) + GAP.length * (widths.length - 1) - width;
  const fitted = [...widths];
  for (const [i, w] of [...widths.entries()].reverse()) {
    if (excess <= 0) break;
    const least = columns[i]?.shrinks ? Math.min(w, LEAST) : w;
    fitted[i] = Math.max(least, w - excess);
    excess -= w - fitted[i];
  }
  return fitted;
}
