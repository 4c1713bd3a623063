import { duckdb } from "@lockstep/compiler";
import { fromWire, LockstepError, type NamedType, type TypeIR } from "@lockstep/core";
import { appendValue } from "./append-value.js";
import type { Database } from "./database.js";

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
  await db.run(
    `CREATE TEMP TABLE ${table} (${["__row BIGINT", ...columns.map((c) => `${duckdb.ident(c.name)} ${duckdb.type(c.type)}`)].join(", ")})`,
  );
  const appender = await db.connection.createAppender(table);
  rows.forEach((row, i) => {
    appender.appendBigInt(BigInt(i));
    for (const { name, type } of columns)
      appendValue(appender, type, fromWire(type, row[name], `labels, row ${i}, '${name}'`));
    appender.endRow();
  });
  appender.flushSync();
  appender.closeSync();
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
