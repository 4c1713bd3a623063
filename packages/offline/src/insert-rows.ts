import { DuckDBTimestampValue } from "@duckdb/node-api";
import { duckdb } from "@lockstep/compiler";
import { fromWire, type Kind, LockstepError, type NamedType, type TypeIR, type Value } from "@lockstep/core";
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

type Appender = Awaited<ReturnType<Database["connection"]["createAppender"]>>;

type Append = (appender: Appender, value: never) => void;

/** How each kind of value is appended. The engine casts the text forms of dates and decimals, exactly. */
const APPEND: { readonly [K in Kind]?: Append } = {
  bool: (a, value: boolean) => a.appendBoolean(value),
  int32: (a, value: number) => a.appendInteger(value),
  int64: (a, value: bigint) => a.appendBigInt(value),
  duration: (a, value: bigint) => a.appendBigInt(value),
  float32: (a, value: number) => a.appendFloat(value),
  float64: (a, value: number) => a.appendDouble(value),
  timestamp: (a, value: bigint) => a.appendTimestamp(new DuckDBTimestampValue(value)),
  bytes: (a, value: Uint8Array) => a.appendBlob(value),
  string: (a, value: string) => a.appendVarchar(value),
  json: (a, value: string) => a.appendVarchar(value),
  date: (a, value: string) => a.appendVarchar(value),
  decimal: (a, value: string) => a.appendVarchar(value),
};

/** Appends one value, exactly. */
export function appendValue(appender: Appender, type: TypeIR, value: Value): void {
  const append = APPEND[type.kind];
  if (value === null) appender.appendNull();
  else if (append) append(appender, value as never);
  else {
    throw new LockstepError({
      code: "VALUE_TYPE",
      what: `a ${type.kind} cannot be given in a row object`,
      mend: "give the labels as Parquet or as a query",
    });
  }
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
