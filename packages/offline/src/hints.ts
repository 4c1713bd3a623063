import { duckdb, type ViewHints, viewStatsSql } from "@lockstep/compiler";
import type { RepoIR, ViewMemberIR } from "@lockstep/core";
import type { Database } from "./database.js";
import type { LoadedLabels } from "./labels.js";
import type { Sources } from "./sources.js";

/** Above this many events for each row asked for, going through tiles and time buckets pays. */
const DENSE = 1_000;

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
  const windowed = view?.features.some(
    (f) => f.kind === "window" && f.window.shape !== "lifetime" && member.features.some((m) => m.feature === f.name),
  );
  // Whatever reads all of a key's events, or its corrections, for each row asked for.
  if (!view || !(windowed || versioned)) return { dense: false, settle: 0 };
  const [stats] = await db.rows(
    viewStatsSql({
      dialect: duckdb,
      repo,
      member,
      relation: sources.relation,
      labels: labels.table,
      input: labels.input,
      ...(labels.asked ? { asked: labels.asked } : {}),
    }),
  );
  const pairs = Number(stats?.["pairs"] ?? 0);
  return {
    dense: pairs > DENSE * Math.max(1, labels.rows),
    settle: Math.max(0, Math.ceil(Number(stats?.["settle"] ?? 0))),
  };
}
