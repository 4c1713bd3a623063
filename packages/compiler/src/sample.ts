import type { RepoIR, SourceIR, ViewIR } from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { keyColumn, knownAtSql, sourceSql } from "./lower/events.js";

export interface SampleRequest {
  readonly dialect: Dialect;
  readonly repo: RepoIR;
  readonly view: ViewIR;
  readonly relation: (source: SourceIR) => string;
  /** Only rows known by this instant, in microseconds. */
  readonly knownBy: bigint;
  /** Only events from here to there, in microseconds. */
  readonly from: bigint;
  readonly to: bigint;
  readonly limit: number;
  readonly seed: number;
  /** Only events of these keys: a relation `k0, ..`. */
  readonly keys?: string;
  /** Only events that share their key and event time with others. */
  readonly tied?: boolean;
}

/** A repeatable sample of a view's events: the key's columns by their names in the entity, and `et`, distinct. */
export function sampleSql(request: SampleRequest): string {
  const { dialect, repo, view, knownBy, from, to, limit, seed } = request;
  const source = repo.sources.find((s) => s.name === view.source) as SourceIR;
  const relation = request.relation(source);
  const et = dialect.micros(dialect.ident(source.eventTime));
  const keys = view.keys.map((k, i) => `${dialect.ident(k.column)} AS ${keyColumn(i)}`);
  const names = view.keys.map((_, i) => keyColumn(i));
  const known = names.map((k) => `${k} IS NOT NULL AND `).join("");
  const ofKeys =
    request.keys === undefined || names.length === 0
      ? ""
      : ` AND (${names.join(", ")}) IN (SELECT ${names.join(", ")} FROM ${request.keys})`;
  const list = [...names, "et"].join(", ");
  return `SELECT ${request.tied ? "" : "DISTINCT "}${list} FROM (
  SELECT ${[...keys, `${et} AS et`, `${knownAtSql(dialect, source)} AS ka`].join(", ")} FROM (${sourceSql({ dialect, source, relation })})
) WHERE ${known}ka <= ${knownBy} AND et BETWEEN ${from} AND ${to}${ofKeys}${request.tied ? ` GROUP BY ${list} HAVING count(*) > 1` : ""}
ORDER BY ${dialect.hash([...names, "et", String(seed)])}, et LIMIT ${limit}`;
}
