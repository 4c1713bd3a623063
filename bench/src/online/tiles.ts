import { compileRepo, entity, featureService, featureView, instant, parquet, sum, t } from "@lockstep/core";
import { type MaterializeContext, materialize } from "@lockstep/ingest";
import { type Database, localSources } from "@lockstep/offline";
import type { OnlineStore, Serving } from "@lockstep/online";
import { cached, uniform } from "../cache.js";
import { runsInMemory } from "../runs.js";
import { PROJECT } from "./wide.js";

export const EVENTS_PER_KEY = 1_000;
const KEYS = 1_000;
const WATERMARK = instant("2024-02-01T00:00:00Z");
const MICROSECONDS_30D = 30 * 86_400_000_000;

/** Keys with a thousand events each in the thirty days before the watermark, for a window and for a row feature. */
export interface Tiles {
  readonly keys: number;
  readonly serving: Serving;
  readonly at: bigint;
  materialize(store: OnlineStore): Promise<void>;
}

export async function openTiles(db: Database, scale: number): Promise<Tiles> {
  const keys = Math.max(100, Math.round(KEYS * scale));
  const path = await cached(
    db,
    `online-tiles-${keys}x${EVENTS_PER_KEY}-v1`,
    `SELECT i % ${keys} AS k, ${uniform("i", 1)} * 1000 AS x,
TIMESTAMP '2024-02-01' - to_microseconds((1 + ${uniform("i", 0)} * ${MICROSECONDS_30D - 2})::BIGINT) AS event_time
FROM range(${keys * EVENTS_PER_KEY}) t(i)`,
  );
  const source = parquet("events", {
    path,
    columns: { k: t.int64(), event_time: t.timestamp(), x: t.float64() },
    eventTime: "event_time",
  });
  const key = entity("key", { k: t.int64() });
  const window = featureView("window", { entity: key, source, features: (f) => ({ x_30d: sum(f.x).over("30d") }) });
  const row = featureView("row", { entity: key, source, features: (f) => ({ x: f.x }) });
  const { ir } = compileRepo(PROJECT, [
    window,
    row,
    featureService("windows", [window]),
    featureService("rows", [row]),
  ]);
  const generations = { window: 11, row: 12 };
  const version = { version: 1, repo: ir, bundle: "", generations, appliedAt: "", appliedBy: "" };
  return {
    keys,
    at: WATERMARK,
    serving: { repo: ir, computations: new Map(), generations: new Map(Object.entries(generations)) },
    async materialize(store) {
      const context = { db, version, sources: localSources("/"), store, registry: runsInMemory(), now: WATERMARK };
      await materialize(context as MaterializeContext);
    },
  };
}
