import { Database } from "@lockstep/offline";
import { type Benchmark, type BenchOptions, type Figure, figure } from "../benchmark.js";
import { alternate, timed } from "../measure.js";
import { oursIntoLmdb, rawLmdb, recordTransactions } from "./lmdb.js";
import { openRedis } from "./redis.js";
import { openSource } from "./source.js";

export const materializing: Benchmark = {
  name: "materialize",
  description: "100,000 keys of ten features from Parquet into LMDB and Redis, beside the same bytes put by bare means",
  async *run({ scale, rounds, progress }: BenchOptions): AsyncGenerator<Figure> {
    const db = await Database.open();
    const measure = { rounds, warmUps: 1, progress: (text: string) => progress(`  ${text}`) };
    try {
      const { seconds, result: source } = await timed(() => openSource(db, scale));
      progress(`LMDB: ${source.keys} keys (data in ${seconds.toFixed(1)} s)`);
      const transactions = await recordTransactions(source);
      const lmdb = await alternate(
        {
          ours: async () => ({ rate: source.keys / (await oursIntoLmdb(source)) }),
          peer: async () => ({ rate: source.keys / (await rawLmdb(transactions)) }),
        },
        measure,
      );
      yield figure("into LMDB; peer: get, compare, put", "keys/s", lmdb.ours.rate, lmdb.peer.rate, {
        is: ">=",
        ratio: 0.5,
      });

      progress(`Redis: ${source.keys} keys`);
      const redis = await openRedis(source);
      try {
        const { ours, readyMade, peer } = await alternate(
          {
            ours: async () => ({ rate: source.keys / (await redis.ours()) }),
            readyMade: async () => ({ rate: source.keys / (await redis.readyMade()) }),
            peer: async () => ({ rate: source.keys / (await redis.peer()) }),
          },
          measure,
        );
        yield figure("into Redis; peer: redis-cli --pipe", "keys/s", ours.rate, peer.rate, { is: ">=", ratio: 0.6 });
        yield figure("states made before, into Redis; peer: redis-cli --pipe", "keys/s", readyMade.rate, peer.rate);
      } finally {
        await redis.stop();
      }
    } finally {
      db.close();
    }
  },
};
