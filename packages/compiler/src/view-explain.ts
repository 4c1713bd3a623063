import { keyColumn, knownAtSql, sourceSql } from "./lower/events.js";
import { keyList, keysEqual, keysOf, memberOf, NO_HINTS } from "./lower/member.js";
import { lookBack } from "./reach.js";
import type { ViewStatsRequest } from "./view-stats.js";

export interface ViewExplainRequest extends ViewStatsRequest {
  /** SQL over the labels for the instant of each row: a timestamp. */
  readonly timestamp: string;
  readonly knownBy?: bigint;
}

/**
 * Counts what each step of a view's query drops, in their order: `rows` of the source, of them `null_time`,
 * `null_known_at`, `null_id`, `deleted` (where rows have no ids: with one, a deletion is a version), `null_key`, `unknown` (not known by `knownBy`), `other_keys`, `out_of_reach`. And `asks` and
 * `keys` that the labels have, and `pairs` of an ask and an event of its key.
 */
export function viewExplainSql(request: ViewExplainRequest): string {
  const { dialect, repo, member, relation, labels, input, timestamp, knownBy } = request;
  const m = memberOf(repo, member, { dialect, relation, knownBy: null, hints: NO_HINTS });
  const names = keysOf(m.view);
  const asked = m.view.keys.map((k, i) => `${input(member.keys[k.key] ?? k.key)} AS ${keyColumn(i)}, `).join("");
  const keys = m.view.keys.map((k, i) => `${dialect.ident(k.column)} AS ${keyColumn(i)}, `).join("");
  const known = names.map((k) => `${k} IS NOT NULL AND `).join("");
  const whole = names.map((k) => `e.${k} IS NOT NULL`).join(" AND ") || "true";
  const { id, deleted } = m.source;
  const noId = (id ?? []).map((column) => `${dialect.ident(column)} IS NULL`).join(" OR ") || "false";
  const gone = id === undefined && deleted !== undefined ? `${dialect.ident(deleted)} IS TRUE` : "false";
  const back = lookBack(m);
  const reach = `et <= (SELECT max(t) FROM asks)${back === null ? "" : ` AND et >= (SELECT min(t) FROM asks) - ${back}`}`;
  return `WITH
asks AS (SELECT * FROM (SELECT ${asked}${dialect.micros(timestamp)} AS t FROM ${labels}) WHERE ${known}true),
per_key AS (SELECT ${keyList(m.view)}count(*) AS n FROM asks${names.length > 0 ? ` GROUP BY ${names.join(", ")}` : ""}),
events AS (
  SELECT ${keys}${dialect.micros(dialect.ident(m.source.eventTime))} AS et, ${knownAtSql(dialect, m.source)} AS ka,
    ${noId} AS no_id, ${gone} AS gone
  FROM (${sourceSql(m)})
),
judged AS (
  SELECT p.n, CASE WHEN et IS NULL THEN 'null_time' WHEN ka IS NULL THEN 'null_known_at'
    WHEN no_id THEN 'null_id' WHEN gone THEN 'deleted' WHEN NOT (${whole}) THEN 'null_key'
    WHEN ${knownBy === undefined ? "false" : `ka > ${knownBy}`} THEN 'unknown' WHEN coalesce(p.n, 0) = 0 THEN 'other_keys'
    WHEN (${reach}) THEN 'kept' ELSE 'out_of_reach' END AS fate
  FROM events e LEFT JOIN per_key p ON ${keysEqual(m.view, "e", "p")}
)
SELECT count(*)::DOUBLE AS rows, ${FATES.map((f) => `count(*) FILTER (fate = '${f}')::DOUBLE AS ${f}`).join(", ")},
  (SELECT count(*) FROM asks)::DOUBLE AS asks, (SELECT count(*) FROM per_key WHERE n > 0)::DOUBLE AS keys,
  coalesce(sum(n) FILTER (fate = 'kept'), 0)::DOUBLE AS pairs
FROM judged`;
}

const FATES = ["null_time", "null_known_at", "null_id", "deleted", "null_key", "unknown", "other_keys", "out_of_reach"];
