import type { RepoIR, SourceIR, ViewMemberIR } from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { keyColumn, knownAtSql, sourceSql, timesWithin } from "./lower/events.js";
import { keyList, keysEqual, keysOf, memberOf, NO_HINTS } from "./lower/member.js";
import { type Reach, reachOf } from "./reach.js";

export interface ViewStatsRequest {
  readonly dialect: Dialect;
  readonly repo: RepoIR;
  readonly member: ViewMemberIR;
  readonly relation: (source: SourceIR) => string;
  readonly labels: string;
  readonly input: (name: string) => string;
  /** As in a FrameRequest. */
  readonly asked?: Reach;
}

/**
 * `pairs`: events within reach times labels, key by key. `settle`: the lag by which nearly all events are known, in
 * microseconds.
 */
export function viewStatsSql(request: ViewStatsRequest): string {
  const { dialect, repo, member, relation, labels, input } = request;
  const m = memberOf(repo, member, { dialect, relation, knownBy: null, hints: NO_HINTS });
  const keys = m.view.keys.map((k, i) => `${dialect.ident(k.column)} AS ${keyColumn(i)}, `).join("");
  const asked = m.view.keys.map((k, i) => `${input(member.keys[k.key] ?? k.key)} AS ${keyColumn(i)}, `).join("");
  const group = keysOf(m.view).length > 0 ? ` GROUP BY ${keyList(m.view).slice(0, -2)}` : "";
  const lag =
    m.source.knownAt === null
      ? "0"
      : `${knownAtSql(dialect, m.source)} - ${dialect.micros(dialect.ident(m.source.eventTime))}`;
  // Corrections come late by nature, and no tile waits for them.
  const nearlyAll = m.source.id === undefined ? 0.99 : 0.9;
  const within = request.asked ? timesWithin(m, reachOf(m, request.asked)) : [];
  return `WITH
events AS (SELECT ${keys}${lag} AS lag FROM (${sourceSql(m)})${within.length > 0 ? ` WHERE ${within.join(" AND ")}` : ""}),
per_key AS (SELECT ${keyList(m.view)}count(*) AS n FROM events${group}),
asked AS (SELECT ${keyList(m.view)}count(*) AS n FROM (SELECT ${asked}__row FROM ${labels})${group})
SELECT (SELECT sum(e.n::DOUBLE * a.n) FROM per_key e JOIN asked a ON ${keysEqual(m.view, "e", "a")}) AS pairs,
  (SELECT approx_quantile(lag, ${nearlyAll}) FROM events) AS settle`;
}
