import { Database } from "@lockstep/offline";
import { type Benchmark, type BenchOptions, type Figure, figure } from "../benchmark.js";
import { alternate, type MeasureOptions, timed } from "../measure.js";
import { withIncrement } from "./increment.js";
import { oursIntoLmdb, rawLmdb, recordTransactions } from "./lmdb.js";
import { openPushable } from "./pushable.js";
import { openRedis } from "./redis.js";
import { openSource, type Source } from "./source.js";

const KEYS = [100_000, 1_000_000];
const INCREMENT_ROWS = [1_000_000, 10_000_000];
const PUSHABLE_ROWS = 200_000;

export const materializing: Benchmark = {
  name: "materialize",
  description:
    "ten features a key from Parquet into LMDB and Redis, beside the same bytes put by bare means; increments",
  async *run({ scale, rounds, only, progress }: BenchOptions): AsyncGenerator<Figure> {
    const db = await Database.open();
    const measure = { rounds, warmUps: 1, progress: (text: string) => progress(`  ${text}`) };
    const wanted = (name: string) => name.includes(only);
    try {
      for (const keys of KEYS.map((n) => scaled(n, scale))) {
        const [lmdb, redis] = [`${shown(keys)} keys into LMDB`, `${shown(keys)} keys into Redis`];
        if (!wanted(lmdb) && !wanted(redis)) continue;
        const { seconds, result: source } = await timed(() => openSource(db, keys));
        progress(`${shown(keys)} keys (data in ${seconds.toFixed(1)} s)`);
        if (wanted(lmdb)) yield await intoLmdb(lmdb, source, measure);
        if (wanted(redis)) yield* intoRedis(redis, source, measure);
      }
      for (const rows of INCREMENT_ROWS.map((n) => scaled(n, scale))) {
        const name = `1 % of the keys, ${shown(rows)} rows`;
        if (wanted(name)) yield* increment(name, db, rows, measure);
      }
      const rows = scaled(PUSHABLE_ROWS, scale);
      const name = `${shown(rows)} rows that may be pushed too`;
      if (wanted(name)) yield await pushable(name, db, rows, measure);
    } finally {
      db.close();
    }
  },
};

const scaled = (count: number, scale: number): number => Math.max(1, Math.round(count * scale));
const shown = (count: number): string => count.toLocaleString("en-US");

async function intoLmdb(name: string, source: Source, measure: MeasureOptions): Promise<Figure> {
  const transactions = await recordTransactions(source);
  const { ours, peer } = await alternate(
    {
      ours: async () => ({ rate: source.keys / (await oursIntoLmdb(source)) }),
      peer: async () => ({ rate: source.keys / (await rawLmdb(transactions)) }),
    },
    measure,
  );
  return figure(`${name}; peer: get, compare, put`, "keys/s", ours.rate, peer.rate, { is: ">=", ratio: 0.5 });
}

async function* intoRedis(name: string, source: Source, measure: MeasureOptions): AsyncGenerator<Figure> {
  const redis = await openRedis(source);
  try {
    const rate = (work: () => Promise<number>) => async () => ({ rate: source.keys / (await work()) });
    const { ours, readyMade, same, plain } = await alternate(
      {
        ours: rate(redis.ours),
        readyMade: rate(redis.readyMade),
        same: rate(redis.sameCommands),
        plain: rate(redis.plainHsets),
      },
      measure,
    );
    yield figure(`${name}; peer: redis-cli --pipe, same commands`, "keys/s", ours.rate, same.rate, {
      is: ">=",
      ratio: 0.6,
    });
    yield figure(`${name}; peer: redis-cli --pipe, plain HSETs`, "keys/s", ours.rate, plain.rate);
    yield figure(`${name}, states made before; peer: same commands`, "keys/s", readyMade.rate, same.rate);
  } finally {
    await redis.stop();
  }
}

async function* increment(name: string, db: Database, rows: number, measure: MeasureOptions): AsyncGenerator<Figure> {
  measure.progress(name);
  yield* await withIncrement(db, rows, async ({ ours, full, scan }) => {
    const { incremental, scanned } = await alternate(
      {
        incremental: async () => ({ seconds: await ours() }),
        scanned: async () => ({ seconds: await scan() }),
      },
      measure,
    );
    const whole = await full();
    return [
      figure(`${name}; peer: a plain scan of the columns`, "s", incremental.seconds, scanned.seconds),
      figure(`${name}; peer: a full run`, "s", incremental.seconds, whole),
    ];
  });
}

async function pushable(name: string, db: Database, rows: number, measure: MeasureOptions): Promise<Figure> {
  measure.progress(name);
  const { plain, pushed } = await openPushable(db, rows);
  const { ours, peer } = await alternate(
    { ours: async () => ({ seconds: await pushed() }), peer: async () => ({ seconds: await plain() }) },
    measure,
  );
  return figure(`${name}; peer: without push`, "s", ours.seconds, peer.seconds);
}
