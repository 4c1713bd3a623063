import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { duckdb } from "@lockstep/compiler";
import { didYouMean, LockstepError, type NamedType, type SourceIR, type TypeIR, typeName } from "@lockstep/core";
import type { Database } from "./database.js";
import { folderColumns } from "./folder-columns.js";

/** Where sources' rows are. */
export interface Sources {
  /** The rows as SQL: `read_parquet('...')`. `folders`: the columns that stand in the names of folders. */
  relation(source: SourceIR, folders?: readonly NamedType[]): string;
  /** What is read, for messages: a path. */
  place(source: SourceIR): string;
  /** False where it is known that there is nothing to read. */
  exists(source: SourceIR): boolean;
}

/** Files on this machine; relative paths start at `root`. */
export function localSources(root: string): Sources {
  const place = (source: SourceIR) =>
    isAbsolute(source.path) || isUrl(source.path) ? source.path : resolve(root, source.path);
  return {
    place,
    relation: (source, folders) => duckdb.parquet(place(source), folders),
    exists: (source) => isUrl(source.path) || /[*?[]/.test(source.path) || existsSync(place(source)),
  };
}

const isUrl = (path: string): boolean => /^[a-z0-9]+:\/\//i.test(path);

/** Checks sources, and gives where to read them from: instants in whole microseconds of UTC, whatever the files hold. */
export async function checkSources(db: Database, sources: Sources, list: readonly SourceIR[]): Promise<Sources> {
  const relations = new Map<string, string>();
  for (const source of list) relations.set(source.name, await checkSource(db, sources, source));
  return { ...sources, relation: (source) => relations.get(source.name) ?? sources.relation(source) };
}

/** Checks that a source can be read and that its columns are what the declaration says; what to read it from. */
async function checkSource(db: Database, sources: Sources, source: SourceIR): Promise<string> {
  const place = `source '${source.name}'`;
  const path = sources.place(source);
  if (!sources.exists(source)) {
    throw new LockstepError({
      code: "SOURCE_MISSING",
      place,
      what: `there is no file ${path}`,
      mend: "create it, or correct the source's path",
    });
  }
  const relation = sources.relation(source, await folderColumns(db, path, source));
  const described = await describe(db, sources, source, relation);
  const physical = new Map(described.map((d) => [String(d["column_name"]), String(d["column_type"])]));
  const problems = source.columns.flatMap((column) => {
    const name = column.from ?? column.name;
    const type = physical.get(name);
    if (type === undefined) {
      return [
        {
          code: "SOURCE_COLUMN",
          place,
          what: `${path} has no column '${name}'${didYouMean(name, physical.keys())}`,
          mend: `it has ${[...physical.keys()].join(", ")}`,
        },
      ];
    }
    if (column.zone !== undefined && type === "TIMESTAMP WITH TIME ZONE") {
      return [
        {
          code: "SOURCE_ZONE",
          place,
          what: `column '${name}' holds instants, and the declaration says that they are local times in ${column.zone}`,
          mend: "leave the zone out",
        },
      ];
    }
    // A day read as an instant would pass for known at that day's midnight.
    const day = column.type.kind === "timestamp" && type === "DATE";
    return accepts(column.type, type) && !day
      ? []
      : [
          {
            code: "SOURCE_COLUMN_TYPE",
            place,
            what: `column '${name}' is ${type} in the file and ${typeName(column.type)} in the declaration`,
            mend: day
              ? "declare it as t.date(), and say the source's knownAt"
              : "declare the file's type, or write the file with the declared one",
          },
        ];
  });
  if (problems.length > 0) throw new LockstepError(problems);
  return exactRelation(relation, source, physical);
}

function exactRelation(relation: string, source: SourceIR, physical: ReadonlyMap<string, string>): string {
  const replaced = [...new Set(source.columns.map((c) => c.from ?? c.name))].flatMap((name) => {
    const exact = duckdb.exact(physical.get(name) ?? "", duckdb.ident(name));
    return exact === null ? [] : [`${exact} AS ${duckdb.ident(name)}`];
  });
  return replaced.length === 0 ? relation : `(SELECT * REPLACE (${replaced.join(", ")}) FROM ${relation})`;
}

async function describe(
  db: Database,
  sources: Sources,
  source: SourceIR,
  relation: string,
): Promise<Record<string, unknown>[]> {
  try {
    return await db.rows(`DESCRIBE SELECT * FROM ${relation}`);
  } catch (error) {
    if (!String(error).includes("No files found that match")) throw error;
    throw new LockstepError(
      {
        code: "SOURCE_MISSING",
        place: `source '${source.name}'`,
        what: `no file matches ${sources.place(source)}`,
        mend: "create one, or correct the source's path",
      },
      { cause: error },
    );
  }
}

const INTEGERS = ["TINYINT", "UTINYINT", "SMALLINT", "USMALLINT", "INTEGER"];
const TIMESTAMPS = ["TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "DATE"];

/** True where every value of the physical type is one of the declared type, unchanged. */
export function accepts(type: TypeIR, physical: string): boolean {
  const exact: Record<string, readonly string[]> = {
    bool: ["BOOLEAN"],
    int32: INTEGERS,
    int64: [...INTEGERS, "UINTEGER", "BIGINT"],
    float32: ["FLOAT"],
    float64: ["FLOAT", "DOUBLE", "TINYINT", "UTINYINT", "SMALLINT", "USMALLINT", "INTEGER", "UINTEGER"],
    string: ["VARCHAR", "UUID"],
    json: ["VARCHAR", "JSON"],
    bytes: ["BLOB"],
    date: ["DATE"],
    timestamp: TIMESTAMPS,
  };
  const allowed = exact[type.kind];
  if (allowed) return allowed.includes(physical) || (type.kind === "string" && physical.startsWith("ENUM"));
  if (type.kind === "decimal") {
    const match = /^DECIMAL\((\d+),(\d+)\)$/.exec(physical);
    return (
      match !== null &&
      Number(match[2]) <= type.scale &&
      Number(match[1]) - Number(match[2]) <= type.precision - type.scale
    );
  }
  if (type.kind === "list") return isList(physical) && accepts(type.element, physical.replace(/\[\d*\]$/, ""));
  if (type.kind === "vector") return physical === "FLOAT[]" || physical === duckdb.type(type);
  // What a struct's fields are is left to the cast.
  return type.kind === "struct" && physical.startsWith("STRUCT(") && !isList(physical);
}

const isList = (physical: string): boolean => /\[\d*\]$/.test(physical);
