import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Database } from "@lockstep/offline";
import { Redis } from "ioredis";
import { type BenchOptions, type Figure, figure } from "../benchmark.js";
import { CACHE } from "../cache.js";
import { runAlone } from "../child.js";
import { intoEmptyRedis } from "../materialize/into-empty-redis.js";
import { openSource } from "../materialize/source.js";
import { alternate } from "../measure.js";
import { startRedis } from "../redis-server.js";

const SCRIPT = fileURLToPath(new URL("../../feast/materialize.py", import.meta.url));
const KEYS = 100_000;

export const INTO_REDIS = "ten features a key into Redis";

/** The same table into the same empty server by both. */
export async function* intoRedis(
  name: string,
  python: string,
  { scale, rounds, progress }: BenchOptions,
): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(CACHE, "feast-run-"));
  const db = await Database.open();
  const server = await startRedis();
  const redis = new Redis(server.url);
  try {
    const source = await openSource(db, Math.max(1, Math.round(KEYS * scale)));
    progress(`${name}: ${source.keys} keys`);
    const script = (command: string) => [SCRIPT, command, folder, source.path, `127.0.0.1:${server.port}`];
    await runAlone(python, script("apply"));
    const ours = () => intoEmptyRedis(redis, server.url, (store) => source.materialize(store));
    const peer = async (): Promise<number> => {
      await redis.flushall();
      const { told } = await runAlone<{ readonly seconds: number }>(python, script("run"));
      const written = await redis.dbsize();
      if (written !== source.keys) throw new Error(`Feast wrote ${written} of ${source.keys} keys`);
      return told.seconds;
    };
    const rates = await alternate(
      {
        ours: async () => ({ rate: source.keys / (await ours()) }),
        peer: async () => ({ rate: source.keys / (await peer()) }),
      },
      { rounds, warmUps: 1, progress: (text) => progress(`  ${text}`) },
    );
    yield figure(name, "keys/s", rates.ours.rate, rates.peer.rate, { is: ">=", ratio: 15 });
  } finally {
    redis.disconnect();
    await server.stop();
    db.close();
    await rm(folder, { recursive: true, force: true });
  }
}
