import type { RepoIR, SourceIR, ViewIR } from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { keyColumn, knownAtSql, sourceSql } from "./lower/events.js";
import { columnsNeeded } from "./touched.js";

export interface RowHashesRequest {
  readonly dialect: Dialect;
  readonly repo: RepoIR;
  readonly view: ViewIR;
  readonly relation: (source: SourceIR) => string;
  /** Only rows known by this instant, in microseconds. */
  readonly knownBy: bigint;
  /** A relation of the keys that are wanted; absent: all. */
  readonly keys?: string;
}

/**
 * A hash of each source row that a view may read: `k0..` its key, `ka` when it was known, `h` the hash of the columns
 * that have to do with the view. Rows with a null in the key, or that nobody ever knows, have none.
 */
export function rowHashesSql({ dialect, repo, view, relation, knownBy, keys }: RowHashesRequest): string {
  const source = sourceOf(repo, view);
  const names = view.keys.map((_, i) => keyColumn(i));
  const columns = view.keys.map((k, i) => `${dialect.ident(k.column)} AS ${keyColumn(i)}`);
  const conditions = [`ka <= ${knownBy}`, ...names.map((k) => `${k} IS NOT NULL`)];
  const wanted = keys === undefined || names.length === 0 ? "" : ` SEMI JOIN ${keys} USING (${names.join(", ")})`;
  return `SELECT * FROM (
    SELECT ${[...columns, `${knownAtSql(dialect, source)} AS ka`, `${hashSql(dialect, view, source)} AS h`].join(", ")}
    FROM (${sourceSql({ dialect, source, relation: relation(source) })})
  )${wanted} WHERE ${conditions.join(" AND ")}`;
}

/** `k0..`, how many rows a key has (`n`), and the sum of their hashes modulo 2^64 (`h`), whatever their order. */
export function keyHashesSql(request: RowHashesRequest): string {
  const names = request.view.keys.map((_, i) => keyColumn(i));
  const sums = ["count(*)::BIGINT AS n", "(sum(h::HUGEINT) % 18446744073709551616)::UBIGINT AS h"];
  const group = names.length === 0 ? "" : ` GROUP BY ${names.join(", ")}`;
  return `SELECT ${[...names, ...sums].join(", ")} FROM (${rowHashesSql(request)})${group}`;
}

/** The same repo and relations as if rows of these hashes had never been in the view's source. */
export function withoutRows(
  { dialect, repo, view, relation }: Pick<RowHashesRequest, "dialect" | "repo" | "view" | "relation">,
  hashes: readonly string[],
): Pick<RowHashesRequest, "repo" | "relation"> {
  const source = sourceOf(repo, view);
  const plain: SourceIR = { ...source, columns: source.columns.map(({ name, type }) => ({ name, type })) };
  const rows = `(SELECT * FROM (${sourceSql({ dialect, source, relation: relation(source) })})
    WHERE ${hashSql(dialect, view, source)} NOT IN (${hashes.map((h) => `${h}::UBIGINT`).join(", ")}))`;
  return {
    repo: { ...repo, sources: repo.sources.map((s) => (s.name === source.name ? plain : s)) },
    relation: (other) => (other.name === source.name ? rows : relation(other)),
  };
}

export const hashSql = (dialect: Dialect, view: ViewIR, source: SourceIR): string =>
  dialect.hash(columnsNeeded(view, source).map((c) => dialect.ident(c.name)));

const sourceOf = (repo: RepoIR, view: ViewIR): SourceIR => repo.sources.find((s) => s.name === view.source) as SourceIR;
