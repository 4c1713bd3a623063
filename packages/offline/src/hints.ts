import {
  asksPerKeySql,
  duckdb,
  keyCountsSql,
  NO_HINTS,
  settleSql,
  type ViewHints,
  type ViewStatsRequest,
} from "@lockstep/compiler";
import type { RepoIR, ViewMemberIR } from "@lockstep/core";
import type { Database } from "./database.js";
import { type LoadedLabels, temporaryTable } from "./labels.js";
import type { Sources } from "./sources.js";

/** Up to so many rows for each key are few. A key that is asked for often would be joined with all of its events each time. */
const FEW = { average: 2, most: 16 };
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
  if (!view) return NO_HINTS;
  const request: ViewStatsRequest = {
    dialect: duckdb,
    repo,
    member,
    relation: sources.relation,
    labels: labels.table,
    input: labels.input,
    ...(labels.asked ? { asked: labels.asked } : {}),
  };
  const versioned = repo.sources.some((s) => s.name === view.source && s.id !== undefined);
  const wanted = view.features.filter((f) => member.features.some((m) => m.feature === f.name));
  const windowed = wanted.some((f) => f.kind === "window");
  const few = !versioned && wanted.some((f) => f.kind === "row") && (await fewAsks(db, request));
  // Whatever reads all of a key's events, or its corrections, for each row asked for.
  return windowed || versioned ? { ...(await eventHints(db, request, labels.rows)), few } : { ...NO_HINTS, few };
}

async function fewAsks(db: Database, request: ViewStatsRequest): Promise<boolean> {
  const [asks] = await db.rows(asksPerKeySql(request));
  return Number(asks?.["average"]) <= FEW.average && Number(asks?.["most"]) <= FEW.most;
}

async function eventHints(db: Database, request: ViewStatsRequest, rows: number): Promise<ViewHints> {
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
  return { ...NO_HINTS, dense: Number(found?.["asks"]) < rows ? dense : true, settle, most };
}
