import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { duckdb } from "@lockstep/compiler";
import { didYouMean, LockstepError, type NamedType, type TypeIR, typeName } from "@lockstep/core";
import { type ArrowLabels, insertArrow, isArrow, readArrowFile } from "./arrow-labels.js";
import type { Database } from "./database.js";
import { insertRows } from "./insert-rows.js";
import { checkRowNumber } from "./row-number.js";
import { accepts } from "./sources.js";

/**
 * Rows to fetch features for: a Parquet, CSV, JSON or Arrow file, a query, row objects, Arrow data, or a table or query
 * of a DuckDB connection of your own, in which the frame is then computed.
 */
export type Labels =
  | string
  | { readonly sql: string }
  | ConnectionLabels
  | ArrowLabels
  | readonly Readonly<Record<string, unknown>>[];

export type ConnectionLabels = { readonly connection: DuckDBConnection } & (
  | { readonly table: string }
  | { readonly sql: string }
);

/** The connection that labels bring with them. */
export const connectionOf = (labels: Labels): DuckDBConnection | null =>
  typeof labels === "object" && "connection" in labels ? labels.connection : null;

export interface LoadedLabels {
  /** A table with `__row` (0, 1, ..) and the labels' own columns. */
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** SQL over the table for an input of the service, of its declared type. */
  readonly input: (name: string) => string;
  readonly timestamp: string;
  /** The first and the last instant; null without rows. */
  readonly asked: { readonly from: bigint; readonly to: bigint } | null;
}

let tables = 0;
/** A fresh name for a temporary table of this process. */
export const temporaryTable = (what: string): string => `lockstep_${what}_${tables++}`;

/** Loads labels into a temporary table, in their order, and checks that they hold what a service asks for. */
export async function loadLabels(
  db: Database,
  labels: Labels,
  timestamp: string,
  inputs: readonly NamedType[],
): Promise<LoadedLabels> {
  const table = temporaryTable("labels");
  await insertLabels(db, table, labels, [...inputs, { name: timestamp, type: { kind: "timestamp" } }]);
  const described = await db.rows(`DESCRIBE ${table}`);
  const physical = new Map(described.map((d) => [String(d["column_name"]), String(d["column_type"])]));
  physical.delete("__row");
  const wanted: NamedType[] = [...inputs];
  if (!wanted.some((i) => i.name === timestamp)) wanted.push({ name: timestamp, type: { kind: "timestamp" } });
  checkColumns(physical, wanted, timestamp);
  const input = (name: string) => {
    const type = wanted.find((i) => i.name === name)?.type as TypeIR;
    const column = duckdb.ident(name);
    const exact = duckdb.exact(physical.get(name) ?? "", column);
    return `${exact === null ? column : `(${exact})`}::${duckdb.type(type)}`;
  };
  await checkTimestamps(db, table, input(timestamp), timestamp);
  const t = duckdb.micros(input(timestamp));
  const [facts] = await db.rows(`SELECT count(*)::DOUBLE AS n, min(${t}) AS first, max(${t}) AS last FROM ${table}`);
  const rows = Number(facts?.["n"]);
  const asked = rows === 0 ? null : { from: facts?.["first"] as bigint, to: facts?.["last"] as bigint };
  return { table, columns: [...physical.keys()], rows, input, timestamp: input(timestamp), asked };
}

async function insertLabels(
  db: Database,
  table: string,
  labels: Labels,
  declared: readonly NamedType[],
): Promise<void> {
  const select = async (relation: string) => {
    const described = await db.rows(`DESCRIBE SELECT * FROM ${relation}`);
    checkRowNumber(described.map((d) => String(d["column_name"])));
    await db.createTable(table, `AS SELECT row_number() OVER () - 1 AS __row, * FROM ${relation}`);
  };
  if (typeof labels === "string") {
    const file = resolve(labels);
    if (!isArrowFile(file)) return select(fileRelation(labels, file));
    checkFile(labels, file);
    return insertArrow(db, table, await readArrowFile(file));
  }
  if ("sql" in labels) return select(`(${labels.sql})`);
  if ("table" in labels) return select(tableName(labels.table));
  if (isArrow(labels)) return insertArrow(db, table, labels);
  const rows = labels as readonly Readonly<Record<string, unknown>>[];
  checkRowNumber(rows.flatMap((row) => Object.keys(row)));
  return insertRows(db, table, rows, declared);
}

/** A table's name as it is written in SQL: `schema.name`, or quoted. */
const tableName = (name: string): string => (/^[\w.]+$/.test(name) || name.startsWith('"') ? name : duckdb.ident(name));

const isArrowFile = (file: string): boolean => /\.(arrow|feather|ipc)$/i.test(file);

function fileRelation(path: string, file: string): string {
  checkFile(path, file);
  if (/\.parquet$/i.test(file)) return `read_parquet(${duckdb.text(file)})`;
  if (/\.(csv|tsv)(\.gz)?$/i.test(file)) return `read_csv(${duckdb.text(file)})`;
  if (/\.(json|ndjson|jsonl)(\.gz)?$/i.test(file)) return `read_json(${duckdb.text(file)})`;
  throw new LockstepError({
    code: "LABELS_FORMAT",
    place: path,
    what: "its name says no format",
    mend: "end it in .parquet, .csv, .ndjson or .arrow, or give { sql: '...' }",
  });
}

function checkFile(path: string, file: string): void {
  if (!/[*?[]/.test(file) && !existsSync(file)) {
    throw new LockstepError({
      code: "LABELS_MISSING",
      place: path,
      what: `there is no file ${file}`,
      mend: "give the path of a Parquet, CSV, JSON or Arrow file",
    });
  }
}

function checkColumns(physical: ReadonlyMap<string, string>, wanted: readonly NamedType[], timestamp: string): void {
  const problems = wanted.flatMap(({ name, type }) => {
    const found = physical.get(name);
    const place = `labels, column '${name}'`;
    if (found === undefined) {
      return [
        {
          code: "LABELS_COLUMN",
          place,
          what: `the labels have no such column${didYouMean(name, physical.keys())}`,
          mend:
            name === timestamp
              ? `name their timestamp column: they have ${[...physical.keys()].join(", ")}`
              : "the service needs it: add it, or map the key with view.as()",
        },
      ];
    }
    return accepts(type, found)
      ? []
      : [
          {
            code: "LABELS_COLUMN_TYPE",
            place,
            what: `it is ${found}, the service needs a ${typeName(type)}`,
            mend: "cast it where the labels are made: '1' is not 1",
          },
        ];
  });
  if (problems.length > 0) throw new LockstepError(problems);
}

async function checkTimestamps(db: Database, table: string, timestamp: string, column: string): Promise<void> {
  const bad = await db.rows(
    `SELECT __row::INTEGER AS row, count(*) OVER ()::INTEGER AS total FROM ${table} WHERE ${duckdb.micros(timestamp)} IS NULL ORDER BY __row LIMIT 5`,
  );
  if (bad.length === 0) return;
  const total = Number(bad[0]?.["total"]);
  const rows = bad.map((b) => String(b["row"])).join(", ") + (total > bad.length ? ", ..." : "");
  throw new LockstepError({
    code: "LABELS_TIMESTAMP_NULL",
    place: `labels, column '${column}'`,
    what: `${total} row${total === 1 ? " has" : "s have"} no instant (rows ${rows}, counted from 0)`,
    mend: "a feature is asked for at an instant: fill them in or leave the rows out",
  });
}
