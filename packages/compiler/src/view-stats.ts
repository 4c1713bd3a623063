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

/** A sample of a view's events within reach: their keys `k0, k1, ..`, and `lag`, how long after they happened they are known. */
export function eventSampleSql(request: ViewStatsRequest, percent: number): string {
  const { dialect } = request;
  const m = statsMember(request);
  const keys = m.view.keys.map((k, i) => `${dialect.ident(k.column)} AS ${keyColumn(i)}, `).join("");
  const { knownAt, eventTime } = m.source;
  const lag = knownAt === null ? "0" : `${knownAtSql(dialect, m.source)} - ${dialect.micros(dialect.ident(eventTime))}`;
  const within = request.asked ? timesWithin(m, reachOf(m, request.asked)) : [];
  const events = `SELECT ${keys}${lag} AS lag FROM (${sourceSql(m)})${within.length > 0 ? ` WHERE ${within.join(" AND ")}` : ""}`;
  return `SELECT * FROM (${events}) ${dialect.sample(percent)}`;
}

/** The lag by which nearly all events of a sample are known, in microseconds, as `settle`. */
export function settleSql(request: ViewStatsRequest, sample: string): string {
  // Corrections come late by nature, and no tile waits for them.
  const nearlyAll = statsMember(request).source.id === undefined ? 0.99 : 0.9;
  return `SELECT ${request.dialect.roughQuantile("lag", nearlyAll)} AS settle FROM ${sample}`;
}

/** The keys that are asked for and have more than `least` events in a sample: `k0, k1, ..`, `events` there and `asks`. */
export function denseKeysSql(request: ViewStatsRequest, sample: string, least: number): string {
  const { member, labels, input } = request;
  const { view } = statsMember(request);
  const asked = view.keys.map((k, i) => `${input(member.keys[k.key] ?? k.key)} AS ${keyColumn(i)}, `).join("");
  const group = keysOf(view).length > 0 ? ` GROUP BY ${keysOf(view).join(", ")}` : "";
  return `SELECT ${keyList(view, "a.")}e.n AS events, a.n AS asks
  FROM (SELECT ${keyList(view)}count(*) AS n FROM ${sample}${group} HAVING count(*) > ${least}) e
  JOIN (SELECT ${keyList(view)}count(*) AS n FROM (SELECT ${asked}__row FROM ${labels})${group}) a ON ${keysEqual(view, "e", "a")}`;
}

const statsMember = ({ dialect, repo, member, relation }: ViewStatsRequest) =>
  memberOf(repo, member, { dialect, relation, knownBy: null, hints: NO_HINTS });
