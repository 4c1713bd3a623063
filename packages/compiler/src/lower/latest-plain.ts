import type { Cte } from "./cte.js";
import { FOREVER, inputColumn, tieOrder, versionOrder } from "./events.js";
import { type Member, relationName } from "./member.js";

/**
 * First the winner's event time, from two or three narrow columns; then, of the few events that have it, the winner.
 * So the many that never win are neither sorted with all of their columns nor carried through a join.
 */
export function plainLatest(member: Member, latest: string, visible: string): Cte[] {
  const inputs = (member.layout.latest?.inputs ?? []).map(inputColumn);
  const [asks, events, times, winners] = ["asks", "events", "times", "winners"].map((n) => relationName(member, n)) as [
    string,
    string,
    string,
    string,
  ];
  const always = member.source.knownAt === null;
  // Known at once, what happened at one instant was known at one.
  const version = always && member.source.version === undefined ? [] : versionOrder(member);
  const order = [...version, ...tieOrder(member)].join(", ") || "et";
  const candidates = `${events} e SEMI JOIN ${times} x ON e.kid = x.kid AND e.et = x.et`;
  const columns = inputs.map((i) => `, ${i}`).join("");
  return [
    {
      name: times,
      why: "for each row asked for, the event time of the newest visible event",
      materialized: true,
      sql: member.hints.few
        ? newestJoined(asks, events, visible, always)
        : always
          ? newestHappened(asks, events, member.view.asOf)
          : newestKnown(asks, events, visible),
    },
    always
      ? {
          // Not row_number() = 1: the engine turns that into arg_max over a struct, which loses the sign of a zero.
          name: winners,
          why: "of the events at one instant only the last can win",
          sql: `SELECT kid, et${columns} FROM (
    SELECT e.* FROM ${candidates}
  ) QUALIFY lead(et) OVER (PARTITION BY kid, et ORDER BY ${order}) IS NULL`,
        }
      : {
          name: winners,
          why: "of the events at one instant each wins from when it is known, unless a greater one was known before, until a greater one is",
          sql: `SELECT kid, et, av, lead(av, 1, ${FOREVER}) OVER (PARTITION BY kid, et ORDER BY av, rk) AS until${columns} FROM (
    SELECT *, max(rk) OVER (PARTITION BY kid, et ORDER BY av, rk ROWS UNBOUNDED PRECEDING) AS best FROM (
      SELECT *, greatest(ka, ${visible}) AS av, row_number() OVER (PARTITION BY kid, et ORDER BY ${order}) AS rk
      FROM (SELECT e.* FROM ${candidates})
    )
  ) WHERE rk = best`,
        },
    {
      name: latest,
      why: "the winner of each row asked for",
      sql: `SELECT x.rid, x.t, w.et${inputs.map((i) => `, w.${i}`).join("")}
  FROM ${times} x JOIN ${winners} w ON x.kid = w.kid AND x.et = w.et${always ? "" : " AND x.t >= w.av AND x.t < w.until"}`,
    },
  ];
}

const newestHappened = (asks: string, rows: string, asOf: "<" | "<="): string =>
  `SELECT a.rid, a.kid, a.t, e.et
  FROM ${asks} a
  ASOF JOIN (SELECT kid, et FROM ${rows}) e ON a.kid = e.kid AND ${asOf === "<" ? "a.t > e.et" : "a.t >= e.et"}`;

/** The same by joining all of a key's events with the few rows that ask for it. */
const newestJoined = (asks: string, rows: string, visible: string, always: boolean): string =>
  `SELECT a.rid, any_value(a.kid) AS kid, any_value(a.t) AS t, max(e.et) AS et
  FROM ${asks} a JOIN (SELECT kid, et, ${always ? visible : `greatest(ka, ${visible})`} AS av FROM ${rows}) e
    ON a.kid = e.kid AND a.t >= e.av
  GROUP BY a.rid`;

/**
 * For each row asked for, the newest event time of the rows of its key that are known by then. An ASOF join on the event
 * time would miss older ones that are known where the newest is not.
 */
export const newestKnown = (asks: string, rows: string, visible: string): string =>
  `SELECT rid, kid, av AS t, newest AS et FROM (
    SELECT rid, kid, av, max(et) OVER (PARTITION BY kid ORDER BY av RANGE UNBOUNDED PRECEDING) AS newest FROM (
      SELECT NULL AS rid, kid, greatest(ka, ${visible}) AS av, et FROM ${rows}
      UNION ALL SELECT rid, kid, t, NULL FROM ${asks}
    )
  ) WHERE rid IS NOT NULL AND newest IS NOT NULL`;
