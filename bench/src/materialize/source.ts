import { compileRepo, entity, featureView, instant, parquet, t } from "@lockstep/core";
import { type MaterializeContext, materialize } from "@lockstep/ingest";
import { type Database, localSources } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import { cached, uniform } from "../cache.js";

export const PROJECT = "bench";

const KEYS = 100_000;
/** So that the latest value has something to choose from. */
const EVENTS_PER_KEY = 2;
const FEATURES = {
  f0: t.float64(),
  f1: t.float64(),
  f2: t.float64(),
  f3: t.float64(),
  f4: t.float64(),
  f5: t.float64(),
  f6: t.float64(),
  f7: t.float64(),
  f8: t.float64(),
  f9: t.float64(),
};
const WATERMARK = instant("2024-02-01T00:00:00Z");

export interface Source {
  readonly keys: number;
  /** Materializes all of it, from the Parquet file into the store. */
  materialize(store: OnlineStore): Promise<void>;
}

/** Keys with ten float64 row features each. */
export async function openSource(db: Database, scale: number): Promise<Source> {
  const keys = Math.max(1, Math.round(KEYS * scale));
  const values = Object.keys(FEATURES).map((name, i) => `${uniform("i", i)} * 1000 AS ${name}`);
  const path = await cached(
    db,
    `materialize-${keys}x${EVENTS_PER_KEY}-v1`,
    `SELECT i % ${keys} AS k, TIMESTAMP '2024-01-01' + to_seconds(i) AS event_time, ${values.join(", ")}
FROM range(${keys * EVENTS_PER_KEY}) t(i)`,
  );
  const version = declare(path);
  const sources = localSources("/");
  let run = 0;
  return {
    keys,
    async materialize(store) {
      const registry = countedRuns(() => ++run);
      const results = await materialize({ db, version, sources, store, registry, now: WATERMARK });
      const written = results.reduce((sum, result) => sum + result.keys, 0);
      if (written !== keys) throw new Error(`${written} of ${keys} keys were written`);
    },
  };
}

function declare(path: string): MaterializeContext["version"] {
  const events = parquet("events", {
    path,
    columns: { k: t.int64(), event_time: t.timestamp(), ...FEATURES },
    eventTime: "event_time",
  });
  const view = featureView("v", {
    entity: entity("key", { k: t.int64() }),
    source: events,
    features: ({ f0, f1, f2, f3, f4, f5, f6, f7, f8, f9 }) => ({ f0, f1, f2, f3, f4, f5, f6, f7, f8, f9 }),
  });
  const { ir } = compileRepo(PROJECT, [view]);
  return { version: 1, repo: ir, bundle: "", generations: { v: 1 }, appliedAt: "", appliedBy: "" };
}

/** As much of a registry as a materialization asks for: numbers for its runs. */
export function countedRuns(next: () => number): MaterializeContext["registry"] {
  const registry: Pick<MaterializeContext["registry"], "startRun" | "finishRun" | "state"> = {
    startRun: async (view, generation, watermark) => ({
      run: next(),
      view,
      generation,
      watermark: String(watermark),
      state: "running",
      startedAt: "",
    }),
    finishRun: async () => undefined,
    state: async () => ({ sequence: 0, versions: [], head: null, served: null, retired: [], forgotten: [], runs: [] }),
  };
  return registry as MaterializeContext["registry"];
}
