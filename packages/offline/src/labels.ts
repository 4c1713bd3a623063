import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { duckdb } from "@lockstep/compiler";
import { didYouMean, LockstepError, type NamedType, type TypeIR, typeName } from "@lockstep/core";
import type { Database } from "./database.js";
import { insertRows } from "./insert-rows.js";
import { accepts } from "./sources.js";

/** Rows to fetch features for: a Parquet, CSV or JSON file, a query, or a few row objects. */
export type Labels = string | { readonly sql: string } | readonly Readonly<Record<string, unknown>>[];

export interface LoadedLabels {
  /** A table with `__row` (0, 1, ..) and the labels' own columns. */
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** SQL over the table for an input of the service, of its declared type. */
  readonly input: (name: string) => string;
  readonly timestamp: string;
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
  try {
    await createLabels(db, table, labels, [...inputs, { name: timestamp, type: { kind: "timestamp" } }]);
    return await checkedLabels(db, table, timestamp, inputs);
  } catch (error) {
    await db.drop([table]);
    throw error;
  }
}

async function createLabels(db: Database, table: string, labels: Labels, inputs: readonly NamedType[]): Promise<void> {
  if (Array.isArray(labels)) {
    checkRowNumber(labels.flatMap((row) => Object.keys(row)));
    return insertRows(db, table, labels, inputs);
  }
  const relation = typeof labels === "string" ? fileRelation(labels) : `(${(labels as { sql: string }).sql})`;
  const described = await db.rows(`DESCRIBE SELECT * FROM ${relation}`);
  checkRowNumber(described.map((d) => String(d["column_name"])));
  await db.run(`CREATE TEMP TABLE ${table} AS SELECT row_number() OVER () - 1 AS __row, * FROM ${relation}`);
}

function checkRowNumber(columns: readonly string[]): void {
  const clash = columns.find((c) => c.toLowerCase() === "__row");
  if (clash === undefined) return;
  throw new LockstepError({
    code: "FRAME_COLUMN_CLASH",
    place: `column '${clash}'`,
    what: "the frame numbers its rows under this name",
    mend: "rename the label's column",
  });
}

async function checkedLabels(
  db: Database,
  table: string,
  timestamp: string,
  inputs: readonly NamedType[],
): Promise<LoadedLabels> {
  const described = await db.rows(`DESCRIBE ${table}`);
  const physical = new Map(described.map((d) => [String(d["column_name"]), String(d["column_type"])]));
  physical.delete("__row");
  const wanted: NamedType[] = [...inputs];
  if (!wanted.some((i) => i.name === timestamp)) wanted.push({ name: timestamp, type: { kind: "timestamp" } });
  checkColumns(physical, wanted, timestamp);
  const [counted] = await db.rows(`SELECT count(*)::INTEGER AS n FROM ${table}`);
  const input = (name: string) => {
    const type = wanted.find((i) => i.name === name)?.type as TypeIR;
    const column = duckdb.ident(name);
    const exact = duckdb.exact(physical.get(name) ?? "", column);
    return `${exact === null ? column : `(${exact})`}::${duckdb.type(type)}`;
  };
  await checkTimestamps(db, table, input(timestamp), timestamp);
  return { table, columns: [...physical.keys()], rows: Number(counted?.["n"]), input, timestamp: input(timestamp) };
}

function fileRelation(path: string): string {
  const file = resolve(path);
  if (!/[*?[]/.test(file) && !existsSync(file)) {
    throw new LockstepError({
      code: "LABELS_MISSING",
      place: path,
      what: `there is no file ${file}`,
      mend: "give the path of a Parquet, CSV or JSON file",
    });
  }
  if (/\.parquet$/i.test(file)) return `read_parquet(${duckdb.text(file)})`;
  if (/\.(csv|tsv)(\.gz)?$/i.test(file)) return `read_csv(${duckdb.text(file)})`;
  if (/\.(json|ndjson|jsonl)(\.gz)?$/i.test(file)) return `read_json(${duckdb.text(file)})`;
  throw new LockstepError({
    code: "LABELS_FORMAT",
    place: path,
    what: "its name says no format",
    mend: "end it in .parquet, .csv or .ndjson, or give { sql: '...' }",
  });
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
