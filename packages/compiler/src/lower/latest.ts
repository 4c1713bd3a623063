import { inputColumn } from "./events.js";
import { correctedLatest } from "./latest-corrected.js";
import { plainLatest } from "./latest-plain.js";
import { isVersioned, type Member, type Piece, relationName } from "./member.js";

/** Row features: the greatest visible event for each row asked for. */
export function latestPiece(member: Member): Piece | null {
  const { view, layout } = member;
  if (!layout.latest) return null;
  const latest = relationName(member, "latest");
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
  const visible = view.asOf === "<" ? "et + 1" : "et";
  const ctes = isVersioned(member) ? correctedLatest(member, latest, visible) : plainLatest(member, latest, visible);
  return { ctes, name: latest, columns };
}
