import type { Cte } from "./cte.js";
import { FOREVER, inputColumn } from "./events.js";
import { joinIntervals } from "./intervals.js";
import { type Member, relationName } from "./member.js";

/**
 * Row features over corrected events, from all events of the keys asked for.
 * The greater of two winners: the record among the events that stay, and the greatest of those that pass. One that
 * passes can win until a greater record is there, too.
 */
export function exactLatest(member: Member, latest: string, visible: string): Cte[] {
  const [asks, events, records, passing, winner] = [
    "asks",
    "ranked events",
    "records",
    "passing",
    "passing winner",
  ].map((n) => relationName(member, n)) as [string, string, string, string, string];
  const inputs = (member.layout.latest?.inputs ?? []).map(inputColumn);
  const columns = ["et", ...inputs];
  return [
    {
      name: records,
      why: "the events that stay, as they become known; only one that is later than all known before can win",
      sql: `SELECT kid, av, et, rk, ${inputs.join(", ")} FROM (
    SELECT *, max(rk) OVER (PARTITION BY kid ORDER BY av, rk ROWS UNBOUNDED PRECEDING) AS best,
      lead(av) OVER (PARTITION BY kid ORDER BY av, rk) AS next_av
    FROM (SELECT *, greatest(ka, ${visible}) AS av FROM ${events} WHERE gone = ${FOREVER})
  ) WHERE rk = best AND next_av IS DISTINCT FROM av`,
    },
    {
      name: passing,
      why: "the events that a correction ends, for as long as they can win",
      materialized: true,
      sql: `SELECT p.kid, p.rk, p.av, least(p.gone, coalesce(r.av, ${FOREVER})) AS gone, ${columns.map((c) => `p.${c}`).join(", ")}
  FROM (SELECT *, greatest(ka, ${visible}) AS av FROM ${events} WHERE gone < ${FOREVER}) p
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
