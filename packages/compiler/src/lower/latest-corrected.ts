import type { Cte } from "./cte.js";
import { FOREVER, inputColumn, rankSql } from "./events.js";
import { joinIntervals } from "./intervals.js";
import { newestKnown } from "./latest-plain.js";
import { type Member, relationName } from "./member.js";

/**
 * Row features over events that may be corrected: the greater of two winners, the record among the events that stay,
 * and the greatest of those that pass. Only those that can win are ranked: of the events that stay, those at some
 * row's newest time; one that passes, until a greater record is there.
 */
export function correctedLatest(member: Member, latest: string, visible: string): Cte[] {
  const [asks, events, times, candidates, records, passing, winner] = [
    "asks",
    "events",
    "times",
    "candidates",
    "records",
    "passing",
    "passing winner",
  ].map((n) => relationName(member, n)) as [string, string, string, string, string, string, string];
  const columns = ["et", ...(member.layout.latest?.inputs ?? []).map(inputColumn)];
  return [
    {
      name: times,
      why: "for each row asked for, the time of the newest visible event among those that stay",
      materialized: true,
      sql: newestKnown(asks, `(SELECT * FROM ${events} WHERE gone = ${FOREVER})`, visible),
    },
    {
      name: candidates,
      why: "the events of those times, and the events that a correction ends, in the order of their key's events",
      materialized: true,
      sql: `SELECT *, greatest(ka, ${visible}) AS av, ${rankSql(member, ["kid"])} AS rk FROM (
    SELECT e.* FROM ${events} e SEMI JOIN ${times} x ON e.kid = x.kid AND e.et = x.et WHERE e.gone = ${FOREVER}
    UNION ALL SELECT * FROM ${events} WHERE gone < ${FOREVER}
  )`,
    },
    {
      name: records,
      why: "those that stay, as they become known; only one that is later than all known before can win",
      sql: `SELECT kid, av, rk, ${columns.join(", ")} FROM (
    SELECT *, max(rk) OVER (PARTITION BY kid ORDER BY av, rk ROWS UNBOUNDED PRECEDING) AS best,
      lead(av) OVER (PARTITION BY kid ORDER BY av, rk) AS next_av
    FROM ${candidates} WHERE gone = ${FOREVER}
  ) WHERE rk = best AND next_av IS DISTINCT FROM av`,
    },
    {
      name: passing,
      why: "the others, for as long as they can win",
      materialized: true,
      sql: `SELECT p.kid, p.rk, p.av, least(p.gone, coalesce(r.av, ${FOREVER})) AS gone, ${columns.map((c) => `p.${c}`).join(", ")}
  FROM (SELECT * FROM ${candidates} WHERE gone < ${FOREVER}) p
  ASOF LEFT JOIN ${records} r ON p.kid = r.kid AND p.rk < r.rk`,
    },
    {
      name: winner,
      why: "for each row asked for, the greatest of them at its instant",
      sql: joinIntervals(member, passing, [
        "max(e.rk) AS rk",
        ...columns.map((c) => `${member.dialect.atMax(`e.${c}`, "e.rk")} AS ${c}`),
      ]),
    },
    {
      name: latest,
      why: "for each row asked for, the newest record at or before its instant, or a greater event that still is there",
      sql: `SELECT a.rid, a.t, ${columns.map((c) => `CASE WHEN p.rk > coalesce(r.rk, 0) THEN p.${c} ELSE r.${c} END AS ${c}`).join(", ")}
  FROM ${asks} a
  ASOF LEFT JOIN ${records} r ON a.kid = r.kid AND a.t >= r.av
  LEFT JOIN ${winner} p ON p.rid = a.rid`,
    },
  ];
}
