import { valueColumn } from "@lockstep/arrow";
import { fromWire, LockstepError, type NamedType, type TypeIR } from "@lockstep/core";
import type { Database } from "./database.js";
import { writeTable } from "./table-writer.js";

/** How many row objects become columns at a time. */
const SLAB = 8_192;

/** Creates a temporary table of row objects, `__row` first. Columns without a declared type get that of their values. */
export async function insertRows(
  db: Database,
  table: string,
  rows: readonly Readonly<Record<string, unknown>>[],
  declared: readonly NamedType[],
): Promise<void> {
  const types = new Map(declared.map((d) => [d.name, d.type]));
  const present = new Set(rows.flatMap((row) => Object.keys(row)));
  const names = rows.length === 0 ? [...types.keys()] : [...present];
  const columns = names.map((name) => ({ name, type: types.get(name) ?? inferred(name, rows) }));
  const writer = await writeTable(db, table, [{ name: "__row", type: { kind: "int64" } }, ...columns]);
  for (let from = 0; from < rows.length; from += SLAB) {
    const slab = rows.slice(from, from + SLAB);
    const numbers = slab.map((_, i) => BigInt(from + i));
    const values = columns.map(({ name, type }) =>
      valueColumn(
        type,
        slab.map((row, i) => fromWire(type, row[name], `labels, row ${from + i}, '${name}'`)),
      ),
    );
    writer.append([valueColumn({ kind: "int64" }, numbers), ...values], slab.length);
  }
  writer.close();
}

function inferred(name: string, rows: readonly Readonly<Record<string, unknown>>[]): TypeIR {
  const values = rows.map((r) => r[name]).filter((v) => v !== null && v !== undefined);
  const all = (is: (v: unknown) => boolean) => values.every(is);
  if (all((v) => typeof v === "boolean")) return { kind: "bool" };
  if (all((v) => typeof v === "bigint")) return { kind: "int64" };
  if (all((v) => typeof v === "number" || typeof v === "bigint")) return { kind: "float64" };
  if (all((v) => typeof v === "string")) return { kind: "string" };
  throw new LockstepError({
    code: "LABELS_COLUMN_TYPE",
    place: `labels, column '${name}'`,
    what: "its values are not all of one simple type",
    mend: "give numbers, bigints, text or booleans; an instant as ISO text",
  });
}
