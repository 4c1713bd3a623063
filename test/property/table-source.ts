import { duckdbType, type TypeIR } from "@lockstep/core";
import type { Database, Sources } from "@lockstep/offline";
import type { Row } from "../oracle/index.js";
import { columnTypes } from "./model.js";

let tables = 0;

/** The rows as a table of the database, in an order that has nothing to do with theirs. */
export async function loadRows(db: Database, rows: readonly Row[]): Promise<string> {
  const table = `events_${tables++}`;
  const columns = Object.entries(columnTypes);
  await db.run(
    `CREATE TEMP TABLE ${table} (${columns.map(([n, type]) => `"${n}" ${duckdbType(type as TypeIR)}`).join(", ")})`,
  );
  if (rows.length > 0) {
    const values = rows.map(
      (row) => `(${columns.map(([n, type]) => literal(type as TypeIR, row[n] ?? null)).join(", ")})`,
    );
    await db.run(`INSERT INTO ${table} VALUES ${values.reverse().join(", ")}`);
  }
  return table;
}

function literal(type: TypeIR, value: unknown): string {
  if (value === null) return "NULL";
  if (type.kind === "timestamp") return `make_timestamp(${value}::BIGINT)`;
  if (type.kind === "float32" || type.kind === "float64")
    return `'${Object.is(value, -0) ? "-0.0" : String(value)}'::${duckdbType(type)}`;
  if (type.kind === "string") return `'${String(value).replaceAll("'", "''")}'`;
  return `${String(value)}::${duckdbType(type)}`;
}

/** A source whose rows are a table. */
export const tableSources = (table: string): Sources => ({
  relation: () => table,
  place: () => table,
  exists: () => true,
});
