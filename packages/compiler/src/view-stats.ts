import type { RepoIR, SourceIR, ViewMemberIR } from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { keyColumn, knownAtSql, sourceSql, timesWithin } from "./lower/events.js";
import { keyList, keysEqual, keysOf, type Member, memberOf, NO_HINTS } from "./lower/member.js";
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

/** The keys with events within reach: `k0, k1, ..`, how many `events`, and how many `asks` for them, null where none. */
export function keyCountsSql(request: ViewStatsRequest): string {
  const { dialect, member, labels, input } = request;
  const m = statsMember(request);
  const group = keysOf(m.view).length > 0 ? ` GROUP BY ${keysOf(m.view).join(", ")}` : "";
  const keys = m.view.keys.map((k, i) => `${dialect.ident(k.column)} AS ${keyColumn(i)}, `).join("");
  const asked = m.view.keys.map((k, i) => `${input(member.keys[k.key] ?? k.key)} AS ${keyColumn(i)}, `).join("");
  return `SELECT ${keyList(m.view, "e.")}e.n AS events, a.n AS asks
  FROM (SELECT ${keyList(m.view)}count(*) AS n FROM (SELECT ${keys}1 FROM ${rowsWithin(request, m)})${group}) e
  LEFT JOIN (SELECT ${keyList(m.view)}count(*) AS n FROM (SELECT ${asked}__row FROM ${labels})${group}) a ON ${keysEqual(m.view, "e", "a")}`;
}

/** How many rows ask for each key, on `average` and at `most`. */
export function asksPerKeySql({ dialect, repo, member, relation, labels, input }: ViewStatsRequest): string {
  const { view } = memberOf(repo, member, { dialect, relation, knownBy: null, hints: NO_HINTS });
  const keys = view.keys.map((k) => input(member.keys[k.key] ?? k.key));
  const group = keys.length > 0 ? ` GROUP BY ${keys.join(", ")}` : "";
  return `SELECT avg(n) AS average, max(n)::DOUBLE AS most FROM (SELECT count(*) AS n FROM ${labels}${group})`;
}

/** The lag by which nearly all events are known, in microseconds, as `settle`: about so, from one row in `oneIn`. */
export function settleSql(request: ViewStatsRequest, oneIn: number): string {
  const { dialect } = request;
  const m = statsMember(request);
  const { knownAt, eventTime, id } = m.source;
  if (knownAt === null) return "SELECT 0 AS settle";
  // Corrections come late by nature, and no tile waits for them.
  const nearlyAll = id === undefined ? 0.99 : 0.9;
  const et = dialect.micros(dialect.ident(eventTime));
  const lag = dialect.roughQuantile(`${knownAtSql(dialect, m.source)} - ${et}`, nearlyAll);
  return `SELECT ${lag} AS settle FROM ${rowsWithin(request, m)} WHERE ${dialect.hash([et])} % ${oneIn} = 0`;
}

const statsMember = ({ dialect, repo, member, relation }: ViewStatsRequest) =>
  memberOf(repo, member, { dialect, relation, knownBy: null, hints: NO_HINTS });

function rowsWithin({ asked }: ViewStatsRequest, m: Member): string {
  const within = asked ? timesWithin(m, reachOf(m, asked)) : [];
  return `(SELECT * FROM (${sourceSql(m)})${within.length > 0 ? ` WHERE ${within.join(" AND ")}` : ""})`;
}
