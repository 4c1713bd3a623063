import { duckdb, type KnownBy, knownByOf, viewExplainSql } from "@lockstep/compiler";
import type { RepoIR, ServiceIR, SourceIR } from "@lockstep/core";
import type { Database } from "./database.js";
import type { LoadedLabels } from "./labels.js";
import type { Sources } from "./sources.js";

/** How many rows each step of a frame read and kept. */
export interface FrameExplanation {
  readonly labels: number;
  readonly views: readonly ViewExplanation[];
}

export interface ViewExplanation {
  /** Its name in the service. */
  readonly view: string;
  readonly source: string;
  /** Label rows whose key has no null, and how many keys they have. */
  readonly asks: number;
  readonly keys: number;
  /** In the order in which rows are dropped; each reads what the one before kept. */
  readonly steps: readonly { readonly step: string; readonly read: number; readonly kept: number }[];
  /** Asks times the events of their key that are within reach: what a plan without tiles compares. */
  readonly pairs: number;
}

const STEPS = [
  ["null_time", "have an event time"],
  ["null_known_at", "have a knownAt"],
  ["null_id", "have an id"],
  ["deleted", "are not deleted"],
  ["null_key", "have a whole key"],
  ["unknown", "are known by the instant given"],
  ["other_keys", "are of the keys asked for"],
  ["out_of_reach", "are within reach of a label"],
] as const;

/** False for a step that drops nothing of this source, whatever its rows. */
function applies(step: string, source: SourceIR | undefined, knownBy: bigint | undefined): boolean {
  if (step === "unknown") return knownBy !== undefined;
  if (step === "null_id") return source?.id !== undefined;
  return step !== "deleted" || (source?.deleted !== undefined && source.id === undefined);
}

export interface ExplainRequest {
  readonly repo: RepoIR;
  readonly sources: Sources;
  readonly service: ServiceIR;
  readonly labels: LoadedLabels;
  readonly knownBy?: KnownBy;
}

/** Counts the rows that each step of each view reads and keeps. */
export async function explainFrame(db: Database, request: ExplainRequest): Promise<FrameExplanation> {
  const { repo, sources, service, labels } = request;
  const views: ViewExplanation[] = [];
  for (const member of service.members) {
    if (member.kind !== "view") continue;
    const knownBy = knownByOf(request.knownBy, member.view);
    const sql = viewExplainSql({
      dialect: duckdb,
      repo,
      member,
      relation: sources.relation,
      labels: labels.table,
      input: labels.input,
      timestamp: labels.timestamp,
      ...(knownBy === undefined ? {} : { knownBy }),
    });
    const [counts] = await db.rows(sql);
    const of = (name: string) => Number(counts?.[name] ?? 0);
    const source = repo.sources.find((s) => s.name === repo.views.find((v) => v.name === member.view)?.source);
    let read = of("rows");
    const steps = STEPS.filter(([name]) => applies(name, source, knownBy)).map(([name, step]) => {
      const kept = read - of(name);
      const line = { step, read, kept };
      read = kept;
      return line;
    });
    views.push({
      view: member.alias,
      source: source?.name ?? "",
      asks: of("asks"),
      keys: of("keys"),
      steps,
      pairs: of("pairs"),
    });
  }
  return { labels: labels.rows, views };
}
