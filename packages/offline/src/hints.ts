import {
  denseKeysSql,
  duckdb,
  eventSampleSql,
  NO_HINTS,
  settleSql,
  type ViewHints,
  type ViewStatsRequest,
} from "@lockstep/compiler";
import type { RepoIR, ViewMemberIR } from "@lockstep/core";
import type { Database } from "./database.js";
import { type LoadedLabels, temporaryTable } from "./labels.js";
import type { Sources } from "./sources.js";

/** Percent of the events that are looked at. */
const SAMPLE = 2;
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
  const [sample, keys] = [temporaryTable("sample"), temporaryTable("dense_keys")];
  await db.createTable(sample, `AS ${eventSampleSql(request, SAMPLE)}`);
  const [lag] = await db.rows(settleSql(request, sample));
  await db.createTable(keys, `AS ${denseKeysSql(request, sample, (DENSE * SAMPLE) / 100)}`);
  const [dense] = await db.rows(`SELECT sum(events::DOUBLE * asks) AS pairs, sum(asks)::DOUBLE AS asks FROM ${keys}`);
  const settle = Math.max(0, Math.ceil(Number(lag?.["settle"] ?? 0)));
  const pairs = (Number(dense?.["pairs"] ?? 0) * 100) / SAMPLE;
  if (pairs < PAIRS) return { dense: false, settle };
  return { dense: Number(dense?.["asks"]) < labels.rows ? keys : true, settle };
}
