import { duckdb, knownKeysSql } from "@lockstep/compiler";
import {
  type Duration,
  durationMicros,
  type Instant,
  instant,
  LockstepError,
  type RepoIR,
  type ServiceIR,
} from "@lockstep/core";
import type { Database } from "./database.js";
import { insertRows } from "./insert-rows.js";
import { temporaryTable } from "./labels.js";
import type { Sources } from "./sources.js";

/** Keys times instants, in place of labels. */
export interface Grid {
  /** Row objects, a query, or `all`: at each instant, the keys that the sources have rows of by then. */
  readonly keys: "all" | { readonly sql: string } | readonly Readonly<Record<string, unknown>>[];
  /** Instants, or every so often from one to another, both included. */
  readonly at:
    | readonly (Instant | string)[]
    | { readonly from: Instant | string; readonly to: Instant | string; readonly every: Duration };
}

export interface GridContext {
  readonly db: Database;
  readonly repo: RepoIR;
  readonly sources: Sources;
  readonly knownBy?: bigint;
}

/** A grid's rows as a query: key by key, the instants in their order. */
export async function gridSql(
  context: GridContext,
  service: ServiceIR,
  grid: Grid,
  timestamp: string,
): Promise<string> {
  const t = duckdb.ident(timestamp);
  return `SELECT k.* EXCLUDE (__key, __since), ${duckdb.timestamp("i.t")} AS ${t}
FROM (${await keysSql(context, service, grid.keys)}) k, (${instantsSql(grid.at)}) i
WHERE k.__since <= i.t ORDER BY k.__key, i.n`;
}

/** The name of the column of instants, where none is given: that of the only timestamp a request has, or `timestamp`. */
export function gridTimestamp(service: ServiceIR): string {
  const [only, ...others] = service.inputs.filter((i) => i.role === "request" && i.type.kind === "timestamp");
  return only && others.length === 0 ? only.name : "timestamp";
}

const ALWAYS = -(2n ** 62n);

async function keysSql({ db, ...context }: GridContext, service: ServiceIR, keys: Grid["keys"]): Promise<string> {
  if (keys === "all") return allKeysSql(context, service);
  if ("sql" in keys) return `SELECT *, row_number() OVER () AS __key, ${ALWAYS} AS __since FROM (${keys.sql})`;
  const table = temporaryTable("keys");
  await insertRows(db, table, keys, service.inputs);
  return `SELECT * EXCLUDE (__row), __row AS __key, ${ALWAYS} AS __since FROM ${table}`;
}

function allKeysSql({ repo, sources, knownBy }: Omit<GridContext, "db">, service: ServiceIR): string {
  const members = service.members
    .filter((m) => m.kind === "view")
    .filter((m) => repo.views.find((v) => v.name === m.view)?.entity !== null);
  const inputs = new Map(members.map((m) => [m.alias, JSON.stringify([m.keys, entityOf(repo, m.view)])]));
  if (new Set(inputs.values()).size > 1) {
    throw new LockstepError({
      code: "GRID_ENTITIES",
      place: `feature service '${service.name}'`,
      what: `'all' keys are those of one entity, and its views have several, or take them from other columns: ${members.map((m) => `${m.alias} by ${Object.values(m.keys).join(", ")}`).join("; ")}`,
      mend: "give the keys that belong together: grid: { keys: rows, or { sql: '...' }, at: [...] }",
    });
  }
  if (members.length === 0) return `SELECT 0 AS __key, ${ALWAYS} AS __since`;
  const known = knownKeysSql({
    dialect: duckdb,
    repo,
    members,
    relation: sources.relation,
    ...(knownBy === undefined ? {} : { knownBy }),
  });
  const names = Object.values(members[0]?.keys ?? {}).map(duckdb.ident);
  return `SELECT *, row_number() OVER (ORDER BY ${names.join(", ")}) AS __key FROM (${known})`;
}

const entityOf = (repo: RepoIR, view: string): string | null => repo.views.find((v) => v.name === view)?.entity ?? null;

function instantsSql(at: Grid["at"]): string {
  if ("from" in at) {
    const [from, to, every] = [instant(at.from), instant(at.to), BigInt(durationMicros(at.every, "grid.at.every"))];
    if (every <= 0n || to < from)
      throw empty("it goes nowhere: `every` must be more than nothing, and `to` not before `from`");
    return `SELECT n, ${from} + n * ${every} AS t FROM range(${(to - from) / every + 1n}) r(n)`;
  }
  if (at.length === 0) throw empty("it has no instant");
  return `SELECT * FROM (VALUES ${at.map((x, n) => `(${n}, ${instant(x)}::BIGINT)`).join(", ")}) v(n, t)`;
}

const empty = (what: string): LockstepError =>
  new LockstepError({
    code: "GRID_INSTANTS",
    place: "grid.at",
    what,
    mend: "give [instant, ...] or { from, to, every }",
  });
