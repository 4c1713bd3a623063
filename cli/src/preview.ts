import { toWire, type Wire } from "@lockstep/core";
import { counted } from "./numbers.js";
import type { Frame } from "./store-types.js";
import type { Style } from "./style.js";
import { type Column, fittingColumns, naturalWidths, table } from "./table.js";
import { valueText } from "./value-text.js";

/** The first rows of a frame. */
export interface Preview {
  readonly columns: Frame["columns"];
  readonly rows: readonly (readonly Wire[])[];
}

export async function preview(frame: Frame, rows: number): Promise<Preview> {
  const head = await frame.head(rows);
  const { columns } = frame;
  return { columns, rows: head.map((row) => columns.map((c) => toWire(c.type, row[c.name] ?? null))) };
}

/** As many of the columns as fit, and how many more there are. */
export function renderPreview({ columns, rows }: Preview, style: Style): string {
  const titles = columns.map(
    (c): Column => ({ title: c.name, shrinks: true, ...(isNumber(c) ? { align: "right" } : {}) }),
  );
  const cells = rows.map((row) => row.map((value) => valueText(value, style)));
  const width = Number.isFinite(style.width) ? style.width : 80;
  const shown = Math.max(1, fittingColumns(naturalWidths(titles, cells), width));
  const more = columns.length - shown;
  return (
    table(titles.slice(0, shown), cells, style) +
    (more > 0 ? `${style.colors.dim(`and ${counted(more, "more column")}`)}\n` : "")
  );
}

const NUMBERS: ReadonlySet<string> = new Set(["int32", "int64", "float32", "float64", "decimal"]);
const isNumber = ({ type }: Preview["columns"][number]): boolean => NUMBERS.has(type.kind);
