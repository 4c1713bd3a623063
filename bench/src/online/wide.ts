import { compileRepo, entity, featureService, featureView, instant, parquet, t } from "@lockstep/core";
import { type MaterializeContext, materialize } from "@lockstep/ingest";
import { type Database, localSources } from "@lockstep/offline";
import type { OnlineStore, Serving } from "@lockstep/online";
import { cached, uniform } from "../cache.js";
import { runsInMemory } from "../runs.js";

export const PROJECT = "bench";
export const VIEWS = 5;
export const FEATURES = 10;
const KEYS = 100_000;
const WATERMARK = instant("2024-02-01T00:00:00Z");

/** Entities of 20 bytes, each with ten float64 features in each of five views. */
export interface Wide {
  readonly keys: number;
  readonly serving: Serving;
  readonly at: bigint;
  keyOf(index: number): string;
  materialize(store: OnlineStore): Promise<void>;
}

const KEY_LENGTH = 20;
const keyOf = (index: number): string => `customer-${String(index).padStart(KEY_LENGTH - 9, "0")}`;

export async function openWide(db: Database, scale: number): Promise<Wide> {
  const keys = Math.max(1_000, Math.round(KEYS * scale));
  const names = Array.from({ length: VIEWS * FEATURES }, (_, i) => `f${i}`);
  const values = names.map((name, i) => `${uniform("i", i)} * 1000 AS ${name}`);
  const path = await cached(
    db,
    `online-wide-${keys}-v1`,
    `SELECT 'customer-' || lpad(i::VARCHAR, ${KEY_LENGTH - 9}, '0') AS customer,
TIMESTAMP '2024-01-01' + to_microseconds(i * 7000003) AS event_time, ${values.join(", ")}
FROM range(${keys}) t(i)`,
  );
  const source = parquet("events", {
    path,
    columns: {
      customer: t.string(),
      event_time: t.timestamp(),
      ...Object.fromEntries(names.map((name) => [name, t.float64()])),
    },
    eventTime: "event_time",
  });
  const customer = entity("user", { customer: t.string() });
  const views = Array.from({ length: VIEWS }, (_, v) =>
    featureView(`v${v}`, {
      entity: customer,
      source,
      features: (row) => {
        const columns = row as unknown as Readonly<Record<string, typeof row.customer>>;
        return Object.fromEntries(
          names.slice(v * FEATURES, (v + 1) * FEATURES).map((name) => [name, columns[name]]),
        ) as {
          readonly [name: string]: typeof row.customer;
        };
      },
    }),
  );
  const { ir } = compileRepo(PROJECT, [...views, featureService("all", views as never)]);
  const generations = Object.fromEntries(views.map((_, v) => [`v${v}`, v + 1]));
  const version = { version: 1, repo: ir, bundle: "", generations, appliedAt: "", appliedBy: "" };
  return {
    keys,
    keyOf,
    at: WATERMARK,
    serving: { repo: ir, computations: new Map(), generations: new Map(Object.entries(generations)) },
    async materialize(store) {
      const context = { db, version, sources: localSources("/"), store, registry: runsInMemory(), now: WATERMARK };
      await materialize(context as MaterializeContext);
    },
  };
}
