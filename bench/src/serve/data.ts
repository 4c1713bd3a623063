import { instant, type RepoIR } from "@lockstep/core";
import { materialize } from "@lockstep/ingest";
import { type Database, localSources } from "@lockstep/offline";
import {
  type CompletedRuns,
  createReader,
  type FeatureReader,
  type OnlineStore,
  openOnlineStore,
} from "@lockstep/online";
import { cached, uniform } from "../cache.js";
import { runsInMemory } from "../runs.js";
import { FEATURES_PER_VIEW, PROJECT, repoOf, VIEWS } from "./declarations.js";

const WATERMARK = instant("2024-02-01T00:00:00Z");
const NOW = WATERMARK + 1_000_000n;

/** One event a key and view: the features are its random numbers. Gives where each view's events are. */
export async function eventPaths(db: Database, keys: number): Promise<string[]> {
  const made: string[] = [];
  for (let view = 0; view < VIEWS; view++) {
    const values = Array.from(
      { length: FEATURES_PER_VIEW },
      (_, f) => `${uniform("i", view * FEATURES_PER_VIEW + f)} * 1000 AS f${f}`,
    );
    made.push(
      await cached(
        db,
        `serve-${keys}-${view}-v1`,
        `SELECT i AS customer_id, TIMESTAMP '2024-01-01' + to_seconds(i) AS event_time, ${values.join(", ")}
FROM range(${keys}) t(i)`,
      ),
    );
  }
  return made;
}

/** Materializes all views into the store. Gives the repo as it is served. */
export async function fill(db: Database, url: string, keys: number): Promise<RepoIR> {
  const found = await eventPaths(db, keys);
  const repo = repoOf((view) => found[view] as string);
  const store = await openOnlineStore({ kind: "redis", url }, PROJECT);
  try {
    const version = { version: 1, repo, bundle: "", generations: generationsOf(repo), appliedAt: "", appliedBy: "" };
    const registry = runsInMemory();
    const results = await materialize({ db, version, sources: localSources("/"), store, registry, now: WATERMARK });
    const written = results.reduce((sum, result) => sum + result.keys, 0);
    if (written !== keys * VIEWS) throw new Error(`${written} of ${keys * VIEWS} states were written`);
  } finally {
    await store.close();
  }
  return repo;
}

const generationsOf = (repo: RepoIR): Record<string, number> =>
  Object.fromEntries(repo.views.map((view, i) => [view.name, i + 1]));

/** Reads what `fill` has left, as a server does. */
export function readerOf(store: OnlineStore, repo: RepoIR): FeatureReader {
  const serving = { repo, computations: new Map(), generations: new Map(Object.entries(generationsOf(repo))) };
  const completed: CompletedRuns = new Map();
  return createReader({ store, serving: () => serving, now: () => NOW, completed: () => completed });
}
