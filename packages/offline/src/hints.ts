import { duckdb, keyCountsSql, NO_HINTS, settleSql, type ViewHints, type ViewStatsRequest } from "@lockstep/compiler";
import type { RepoIR, ViewMemberIR } from "@lockstep/core";
import type { Database } from "./database.js";
import { type LoadedLabels, temporaryTable } from "./labels.js";
import type { Sources } from "./sources.js";

/** The share of the rows that is most of them. */
const MOST = 0.5;
/** Lags are looked at in one row of so many. */
const ONE_IN = 50;
/** A key with more events than this is dense: going through tiles and time buckets pays. */
const DENSE = 1_000;
/** With fewer pairs of an event and a row asked for, over all dense keys, it pays for none. */
const PAIRS = 5_000_000;

/** Measures how a view's events lie. The plan follows; values never depend on it. */
export async function measureHints(
  db: Database,
  repo: RepoIR,
  member: ViewMemberIR,
  sources: Sources,
  labels: LoadedLabels,
): Promise<ViewHints> {
  const view = repo.views.find((v) => v.name === member.view);
  const versioned = repo.sources.some((s) => s.name === view?.source && s.id !== undefined);
  const windowed = view?.features.some((f) => f.kind === "window" && member.features.some((m) => m.feature === f.name));
  // Whatever reads all of a key's events, or its corrections, for each row asked for.
  if (!view || !(windowed || versioned)) return NO_HINTS;
  const request: ViewStatsRequest = {
    dialect: duckdb,
    repo,
    member,
    relation: sources.relation,
    labels: labels.table,
    input: labels.input,
    ...(labels.asked ? { asked: labels.asked } : {}),
  };
  const counts = temporaryTable("key_counts");
  await db.createTable(counts, `AS ${keyCountsSql(request)}`);
  const dense = `(SELECT * FROM ${counts} WHERE events > ${DENSE} AND asks > 0)`;
  const [found] = await db.rows(
    `SELECT coalesce(sum(events::DOUBLE * asks), 0) AS pairs, coalesce(sum(asks), 0)::DOUBLE AS asks,
  (SELECT coalesce(sum(events) FILTER (asks > 0) / sum(events), 0) FROM ${counts})::DOUBLE AS share FROM ${dense}`,
  );
  const most = Number(found?.["share"]) > MOST;
  if (Number(found?.["pairs"]) < PAIRS) return { ...NO_HINTS, most };
  const [lag] = await db.rows(settleSql(request, ONE_IN));
  const settle = Math.max(0, Math.ceil(Number(lag?.["settle"] ?? 0)));
  return { dense: Number(found?.["asks"]) < labels.rows ? dense : true, settle, most };
}
