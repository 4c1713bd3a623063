import type { Cte } from "./cte.js";
import { eventsSql, FOREVER, inputColumn, tieOrder, versionOrder } from "./events.js";
import { eventsWithin, frameEvents, joinKeys } from "./frame-events.js";
import { exactLatest } from "./latest-exact.js";
import { newestKnown } from "./latest-plain.js";
import { keysOf, type Member, relationName } from "./member.js";
import { versionedEvents } from "./versions.js";

/**
 * Row features over events that may be corrected. Nearly always the newest row is an event, or is corrected by another
 * one of the same time: so every row is taken for an event, and only of those at the newest time it is found out which
 * are. Where none is, the few rows asked for that are left go the long way.
 */
export function correctedLatest(member: Member, latest: string, visible: string): Cte[] {
  const [asks, rows, times, candidates, winners, newest] = [
    "asks",
    "rows",
    "times",
    "candidates",
    "winners",
    "newest",
  ].map((n) => relationName(member, n)) as [string, string, string, string, string, string];
  const inputs = (member.layout.latest?.inputs ?? []).map(inputColumn);
  const columns = inputs.map((i) => `, ${i}`).join("");
  const where = eventsWithin(member);
  const order = [...versionOrder(member), ...tieOrder(member)].join(", ");
  const found = versionedEvents(member, {
    ranked: true,
    where,
    name: (what) => relationName(member, `candidate ${what}`),
    keys: { columns: ["kid"], join: `${joinKeys(member)} SEMI JOIN ${times} x ON k.kid = x.kid AND e.et = x.et` },
  });
  const rest: Member = { ...member, part: "rest" };
  const left = relationName(rest, "asks");
  return [
    {
      name: rows,
      why: "the rows of the keys asked for, as if each were an event",
      materialized: false,
      sql: `SELECT k.kid, e.* FROM (${eventsSql(member, { ranked: false, where })}) e ${joinKeys(member)} WHERE NOT e.del`,
    },
    {
      name: times,
      why: "for each row asked for, the time of the newest of them that is visible",
      materialized: true,
      sql: newestKnown(asks, rows, visible),
    },
    ...found.ctes,
    {
      name: candidates,
      why: "the events that have those times, each from when it is known until it is gone",
      materialized: true,
      sql: `SELECT *, greatest(ka, ${visible}) AS av, row_number() OVER (PARTITION BY kid, et ORDER BY ${order}) AS rk
  FROM (${found.sql})`,
    },
    {
      name: winners,
      why: "each for as long as it may win: those that stay, until a greater one of that time is known",
      sql: `SELECT kid, et, rk, av, lead(av, 1, ${FOREVER}) OVER (PARTITION BY kid, et ORDER BY av, rk) AS gone${columns} FROM (
    SELECT *, max(rk) OVER (PARTITION BY kid, et ORDER BY av, rk ROWS UNBOUNDED PRECEDING) AS best
    FROM ${candidates} WHERE gone = ${FOREVER}
  ) WHERE rk = best
  UNION ALL SELECT kid, et, rk, av, gone${columns} FROM ${candidates} WHERE gone < ${FOREVER}`,
    },
    {
      name: newest,
      why: "for each row asked for, the greatest of them that is there",
      materialized: true,
      sql: `SELECT rid, t, et${columns} FROM (
    SELECT x.rid, x.t, w.* FROM ${times} x JOIN ${winners} w
      ON x.kid = w.kid AND x.et = w.et AND x.t >= w.av AND x.t < w.gone
  ) QUALIFY lead(rk) OVER (PARTITION BY rid ORDER BY rk) IS NULL`,
    },
    {
      name: left,
      why: "what is left: rows of that time are there, and none is an event any more",
      materialized: true,
      sql: `SELECT a.* FROM ${asks} a SEMI JOIN ${times} x ON a.rid = x.rid ANTI JOIN ${newest} n ON a.rid = n.rid`,
    },
    {
      name: relationName(rest, "keys"),
      why: "their keys",
      materialized: true,
      sql: `SELECT DISTINCT ${[...keysOf(member.view), "kid"].join(", ")} FROM ${left}`,
    },
    ...frameEvents(rest, undefined, true),
    ...exactLatest(rest, relationName(rest, "latest"), visible),
    {
      name: latest,
      why: "the winner of each row asked for",
      sql: `SELECT rid, t, et${columns} FROM ${newest} UNION ALL SELECT rid, t, et${columns} FROM ${relationName(rest, "latest")}`,
    },
  ];
}
