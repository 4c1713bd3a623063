import type { Cte } from "./cte.js";
import { FOREVER, inputColumn } from "./events.js";
import { joinIntervals } from "./intervals.js";
import { isVersioned, type Member, type Piece, relationName } from "./member.js";

/** Row features: the greatest visible event, by an ASOF join on the instant from which an event is the winner. */
export function latestPiece(member: Member): Piece | null {
  const { view, source, layout } = member;
  if (!layout.latest) return null;
  const [events, records, latest] = ["events", "records", "latest"].map((n) => relationName(member, n)) as [
    string,
    string,
    string,
  ];
  const versioned = isVersioned(member);
  const inputs = layout.latest.inputs.map(inputColumn);
  const visible = view.asOf === "<" ? "et + 1" : "et";
  const always = source.knownAt === null && !versioned;
  const record: Cte = always
    ? {
        name: records,
        // Not row_number() = 1: the engine turns that into arg_max over a struct, which loses the sign of a zero.
        why: "of the events at one instant only the last can win: ties are settled before the ASOF join, which would take any",
        sql: `SELECT kid, ${visible} AS av, et, ${inputs.join(", ")}
  FROM ${events}
  QUALIFY lead(et) OVER (PARTITION BY kid ORDER BY rk) IS DISTINCT FROM et`,
      }
    : {
        name: records,
        why: "events in the order in which they become known; only one that is later than all known before can win",
        sql: `SELECT kid, av, et, ${versioned ? "rk, " : ""}${inputs.join(", ")} FROM (
    SELECT *, max(rk) OVER (PARTITION BY kid ORDER BY av, rk ROWS UNBOUNDED PRECEDING) AS best,
      lead(av) OVER (PARTITION BY kid ORDER BY av, rk) AS next_av
    FROM (SELECT *, greatest(ka, ${visible}) AS av FROM ${events}${versioned ? ` WHERE gone = ${FOREVER}` : ""})
  ) WHERE rk = best AND next_av IS DISTINCT FROM av`,
      };
  const asks = relationName(member, "asks");
  const join: Cte[] = versioned
    ? versionedJoin(member, latest, records, visible)
    : [
        {
          name: latest,
          why: "for each row asked for, the newest record at or before its instant",
          sql: `SELECT a.rid, a.t, r.et, ${inputs.map((i) => `r.${i}`).join(", ")}
  FROM ${asks} a
  ASOF JOIN ${records} r ON a.kid = r.kid AND a.t >= r.av`,
        },
      ];
  const expired = view.ttl === null ? "false" : `${latest}.t - ${latest}.et > ${view.ttl}`;
  const columns = layout.features.flatMap((plan) => {
    if (plan.kind !== "latest") return [];
    const value = member.dialect.emit(plan.feature.type, `${latest}.${inputColumn(plan.input)}`);
    return [
      {
        feature: plan.feature.name,
        value: view.ttl === null ? value : `CASE WHEN NOT ${expired} THEN ${value} END`,
        status: `CASE WHEN ${latest}.et IS NULL THEN 'MISSING' WHEN ${expired} THEN 'EXPIRED' WHEN ${value} IS NULL THEN 'NULL' ELSE 'PRESENT' END`,
      },
    ];
  });
  return { ctes: [record, ...join], name: latest, columns };
}

/**
 * The greater of two winners: the record among the events that stay, and the greatest of those that pass. One that
 * passes can win until a greater record is there, too.
 */
function versionedJoin(member: Member, latest: string, records: string, visible: string): Cte[] {
  const [asks, events, passing, winner] = ["asks", "events", "passing", "passing winner"].map((n) =>
    relationName(member, n),
  ) as [string, string, string, string];
  const inputs = (member.layout.latest?.inputs ?? []).map(inputColumn);
  const columns = ["et", ...inputs];
  return [
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
