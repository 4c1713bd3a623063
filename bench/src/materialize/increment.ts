import { compileRepo, count, entity, featureView, instant, parquet, sum, t } from "@lockstep/core";
import { type MaterializeContext, materialize } from "@lockstep/ingest";
import { type Database, localSources } from "@lockstep/offline";
import { openOnlineStore } from "@lockstep/online";
import { cached, uniform } from "../cache.js";
import { timed } from "../measure.js";
import { runsInMemory } from "../runs.js";
import { inEmptyFolder } from "./lmdb.js";
import { PROJECT } from "./source.js";

const EVENTS_PER_KEY = 10;
/** One key in so many has a row that the run before did not see. */
const TOUCHED = 100;
const BEFORE = instant("2024-07-01T00:00:00Z");
const AFTER = instant("2024-07-02T00:00:00Z");

export interface Increment {
  readonly keys: number;
  readonly touched: number;
  /** An incremental run over a store that is at `BEFORE`, or was brought to `AFTER` from there: in seconds. */
  ours(): Promise<number>;
  /** A full run into an empty store, in seconds. */
  full(): Promise<number>;
  /** All columns that the view needs, scanned once, in seconds. */
  scan(): Promise<number>;
}

/** A source of so many rows, of which the last few are known a day later. */
export async function withIncrement<T>(
  db: Database,
  rows: number,
  work: (increment: Increment) => Promise<T>,
): Promise<T> {
  const keys = Math.max(TOUCHED, Math.round(rows / EVENTS_PER_KEY));
  const touched = Math.floor(keys / TOUCHED);
  const [amount, price] = [`(${uniform("i", 0)} * 1000)::BIGINT AS amount`, `${uniform("i", 1)} * 1000 AS price`];
  const path = await cached(
    db,
    `increment-${keys}x${EVENTS_PER_KEY}-v1`,
    `SELECT i % ${keys} AS k, TIMESTAMP '2024-01-01' + to_milliseconds(i) AS event_time, ${amount}, ${price}
FROM range(${keys * EVENTS_PER_KEY}) t(i)
UNION ALL
SELECT i * ${TOUCHED} AS k, TIMESTAMP '2024-07-01 12:00:00' AS event_time, ${amount}, ${price}
FROM range(${touched}) t(i)`,
  );
  const version = declare(path);
  const run = (store: Store, registry: Registry, now: bigint) =>
    materialize({ db, version, sources: localSources("/"), store, registry, now });
  return inEmptyFolder(async (folder) => {
    const store = await openOnlineStore({ kind: "lmdb", path: folder }, PROJECT);
    const registry = runsInMemory();
    await run(store, registry, BEFORE);
    try {
      return await work({
        keys,
        touched,
        ours: async () => {
          const { seconds, result } = await timed(() => run(store, registry, AFTER));
          const [{ mode, keys: written } = { mode: "none", keys: 0 }] = result;
          if (mode !== "incremental" || written !== touched)
            throw new Error(`a run was ${mode} and wrote ${written} keys`);
          return seconds;
        },
        full: () =>
          inEmptyFolder(async (other) => {
            const empty = await openOnlineStore({ kind: "lmdb", path: other }, PROJECT);
            const { seconds } = await timed(() => run(empty, runsInMemory(), AFTER));
            await empty.close();
            return seconds;
          }),
        scan: async () => {
          // Sums: a maximum would be answered from the file's statistics.
          const columns = ["k", "epoch_us(event_time)", "amount", "price"]
            .map((c, i) => `sum(${c}) AS c${i}`)
            .join(", ");
          const from = `read_parquet('${path.replaceAll("'", "''")}')`;
          return (await timed(() => db.rows(`SELECT ${columns} FROM ${from}`))).seconds;
        },
      });
    } finally {
      await store.close();
    }
  });
}

type Store = MaterializeContext["store"];
type Registry = MaterializeContext["registry"];

function declare(path: string): MaterializeContext["version"] {
  const events = parquet("events", {
    path,
    columns: { k: t.int64(), event_time: t.timestamp(), amount: t.int64(), price: t.float64() },
    eventTime: "event_time",
    // Each run looks this far back before the last one's watermark: so the same run can be repeated.
    lookback: "1d",
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
