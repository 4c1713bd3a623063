import { compileRepo, count, entity, featureView, instant, parquet, sum, t } from "@lockstep/core";
import { type MaterializeContext, materialize } from "@lockstep/ingest";
import { type Database, localSources } from "@lockstep/offline";
import { openOnlineStore } from "@lockstep/online";
import { cached, uniform } from "../cache.js";
import { timed } from "../measure.js";
import { runsInMemory } from "../runs.js";
import { inEmptyFolder } from "./lmdb.js";
import { PROJECT } from "./source.js";

const EVENTS_PER_KEY = 20;
const WATERMARK = instant("2024-02-01T00:00:00Z");

/** Full runs over the same rows into an empty store, in seconds. */
export interface Pushable {
  plain(): Promise<number>;
  pushed(): Promise<number>;
}

/** A source of so many rows, each with an id of its own, which takes pushes or does not. */
export async function openPushable(db: Database, rows: number): Promise<Pushable> {
  const keys = Math.max(1, Math.round(rows / EVENTS_PER_KEY));
  const path = await cached(
    db,
    `pushable-${keys}x${EVENTS_PER_KEY}-v1`,
    `SELECT i AS id, i % ${keys} AS k, TIMESTAMP '2024-01-01' + to_seconds(i) AS event_time,
  (${uniform("i", 0)} * 1000)::BIGINT AS amount, ${uniform("i", 1)} * 1000 AS price
FROM range(${keys * EVENTS_PER_KEY}) t(i)`,
  );
  const full = (push: boolean) => {
    const version = declare(path, push);
    return () =>
      inEmptyFolder(async (folder) => {
        const store = await openOnlineStore({ kind: "lmdb", path: folder }, PROJECT);
        const context = {
          db,
          version,
          sources: localSources("/"),
          store,
          registry: runsInMemory([version]),
          now: WATERMARK,
        };
        const { seconds, result } = await timed(() => materialize(context));
        await store.close();
        const written = result.reduce((sum, one) => sum + one.keys, 0);
        if (written !== keys) throw new Error(`${written} of ${keys} keys were written`);
        return seconds;
      });
  };
  return { plain: full(false), pushed: full(true) };
}

function declare(path: string, push: boolean): MaterializeContext["version"] {
  const events = parquet("events", {
    path,
    columns: { id: t.int64(), k: t.int64(), event_time: t.timestamp(), amount: t.int64(), price: t.float64() },
    eventTime: "event_time",
    knownAt: "event_time",
    id: "id",
    push,
  });
  const view = featureView("v", {
    entity: entity("key", { k: t.int64() }),
    source: events,
    features: ({ amount, price }) => ({
      amount,
      price,
      spent_1d: sum(amount).over("1d"),
      events_7d: count().over("7d"),
    }),
  });
  const { ir } = compileRepo(PROJECT, [view]);
  return { version: 1, repo: ir, bundle: "", generations: { v: 1 }, appliedAt: "", appliedBy: "" };
}
