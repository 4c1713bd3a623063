import type { Cte } from "./cte.js";
import { inputColumn } from "./events.js";
import { type Member, type Piece, relationName } from "./member.js";

/** Row features: the greatest visible event, by an ASOF join on the instant from which an event is the winner. */
export function latestPiece(member: Member): Piece | null {
  const { view, source, layout } = member;
  if (!layout.latest) return null;
  const [events, records, latest] = ["events", "records", "latest"].map((n) => relationName(member, n)) as [
    string,
    string,
    string,
  ];
  const inputs = layout.latest.inputs.map(inputColumn);
  const visible = view.asOf === "<" ? "et + 1" : "et";
  const always = source.knownAt === null;
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
        sql: `SELECT kid, av, et, ${inputs.join(", ")} FROM (
    SELECT *, max(rk) OVER (PARTITION BY kid ORDER BY av, rk ROWS UNBOUNDED PRECEDING) AS best,
      lead(av) OVER (PARTITION BY kid ORDER BY av, rk) AS next_av
    FROM (SELECT *, greatest(ka, ${visible}) AS av FROM ${events})
  ) WHERE rk = best AND next_av IS DISTINCT FROM av`,
      };
  const join: Cte = {
    name: latest,
    why: "for each row asked for, the newest record at or before its instant",
    sql: `SELECT a.rid, a.t, r.et, ${inputs.map((i) => `r.${i}`).join(", ")}
  FROM ${relationName(member, "asks")} a
  ASOF JOIN ${records} r ON a.kid = r.kid AND a.t >= r.av`,
  };
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
  return { ctes: [record, join], name: latest, columns };
}
