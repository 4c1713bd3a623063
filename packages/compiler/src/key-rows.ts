import { type RepoIR, type SourceIR, stateLayout, type TypeIR, type Value, type ViewIR } from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { givenKeysSql } from "./given-keys.js";
import { columnsRead, type Events, eventsSql, idColumn, inputColumn, keyColumn, rankSql } from "./lower/events.js";
import { newestFirst } from "./lower/versions.js";

export interface KeyRowsRequest {
  readonly dialect: Dialect;
  readonly repo: RepoIR;
  readonly view: ViewIR;
  readonly relation: (source: SourceIR) => string;
  readonly key: readonly Value[];
}

const INT64: TypeIR = { kind: "int64" };

const BOOL: TypeIR = { kind: "bool" };

/** The columns that `keyRowsSql` gives, in order, but for the inputs. */
export const KEY_ROWS = { et: INT64, ka: INT64, own: BOOL, del: BOOL, id: INT64, newness: INT64, rk: INT64 } as const;

/**
 * Every row of a view's source that has to do with one key, in the order of events: the rows of the key, and where the
 * source has ids, all versions of theirs, whatever the versions' keys. Columns: `et`, `ka`, `own` (it has the key),
 * `del`, `id` (the same number for the versions of one event; null where there are no ids, or it has none), `newness` (1: the
 * greatest version of its id), `rk` (its place in the order of events), `version` as text, and the view's inputs.
 */
export function keyRowsSql(request: KeyRowsRequest): string {
  const { dialect, repo, view, key } = request;
  const source = sourceOf(repo, view);
  const layout = stateLayout(view);
  const relation = request.relation(source);
  const events: Events = { dialect, view, source, layout, reads: columnsRead(view), relation, knownBy: null };
  const keys = view.keys.map((_, i) => keyColumn(i));
  const ids = (source.id ?? []).map((_, i) => idColumn(i));
  const own = keys.map((k) => `coalesce(r.${k} = q.${k}, false)`).join(" AND ") || "true";
  const given =
    keys.length === 0
      ? "SELECT 1 AS one"
      : givenKeysSql(
          dialect,
          view.keys.map((k) => k.type),
          [key],
        );
  const hasId = ids.map((d) => `${d} IS NOT NULL`).join(" AND ");
  const version = source.columns.some((c) => c.name === source.version) ? "v0::VARCHAR" : "NULL::VARCHAR";
  const inputs = layout.inputs.map(({ type }, i) => `, ${dialect.emit(type, inputColumn(i))} AS ${inputColumn(i)}`);
  const newness = `row_number() OVER (PARTITION BY ${ids.join(", ")} ORDER BY ${newestFirst(events).join(", ")})`;
  const versions =
    ids.length === 0
      ? "SELECT *, NULL::BIGINT AS id, 1 AS newness FROM own_rows WHERE own"
      : `SELECT *, CASE WHEN ${hasId} THEN dense_rank() OVER (ORDER BY ${ids.join(", ")}) END AS id,
    CASE WHEN ${hasId} AND et IS NOT NULL AND ka IS NOT NULL THEN ${newness} END AS newness
  FROM own_rows o WHERE own OR EXISTS (
    SELECT 1 FROM own_rows p WHERE p.own AND ${ids.map((d) => `p.${d} = o.${d}`).join(" AND ")})`;
  return `WITH all_rows AS (${eventsSql(events, { ranked: true, everything: true })}),
own_rows AS (SELECT r.*, ${own} AS own FROM all_rows r CROSS JOIN (${given}) q),
versions AS (${versions})
SELECT et, ka, own, del, id::BIGINT AS id, newness::BIGINT AS newness, ${rankSql(events, [])} AS rk, ${version} AS version${inputs.join("")}
FROM versions ORDER BY rk`;
}

const sourceOf = (repo: RepoIR, view: ViewIR): SourceIR => repo.sources.find((s) => s.name === view.source) as SourceIR;
