import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Database } from "@lockstep/offline";
import type { ServingLogOptions } from "@lockstep/online";
import { type Benchmark, type BenchOptions, type Figure, figure } from "../benchmark.js";
import { CACHE } from "../cache.js";
import { alternate } from "../measure.js";
import { startRedis } from "../redis-server.js";
import { fill } from "../serve/data.js";
import { loaded } from "../serve/loaded.js";
import { type ServerProcess, startServing } from "../serve/server-process.js";

const KEYS = 20_000;
const SECONDS = 3;
/** Of what a server that logs everything can do: the load at which nothing may be dropped. */
const SHARE = 0.7;

/** What a server loses by keeping a sample of its answers. The peer is the same server without. */
export const servingLog: Benchmark = {
  name: "serving-log",
  description: "a server that logs 1 %, or all, of its answers of 50 float64 features, beside one that logs none",
  async *run({ scale, rounds, only, progress }: BenchOptions): AsyncGenerator<Figure> {
    const keys = Math.max(1, Math.round(KEYS * scale));
    await mkdir(CACHE, { recursive: true });
    const folder = await mkdtemp(join(CACHE, "served-"));
    const redis = await startRedis();
    const servers: ServerProcess[] = [];
    try {
      const db = await Database.open();
      await fill(db, redis.url, keys).finally(() => db.close());
      const start = async (log?: ServingLogOptions): Promise<ServerProcess> => {
        const server = await startServing({ side: "ours", url: redis.url, log });
        servers.push(server);
        return server;
      };
      const none = await start();
      const some = await start({ folder: join(folder, "some"), sample: 0.01 });
      const all = await start({ folder: join(folder, "all"), sample: 1 });
      const seconds = Math.max(0.5, SECONDS * Math.min(1, scale * 2));
      const under = ({ port }: ServerProcess, entities: number, rate = 0) =>
        loaded({ port, way: "features", entities, keys, seconds, rate });
      for (const entities of [1, 100]) {
        const name = entities === 1 ? "one entity" : `${entities} entities`;
        if (!name.includes(only)) continue;
        const measure = { rounds, warmUps: 1, progress: (text: string) => progress(`  ${name}, ${text}`) };
        const most = await alternate(
          { none: under(none, entities), some: under(some, entities), all: under(all, entities) },
          measure,
        );
        yield figure(`${name}, 1 % logged`, "requests/s", most.some.rate, most.none.rate, { is: ">=", ratio: 0.97 });
        yield figure(`${name}, all logged`, "requests/s", most.all.rate, most.none.rate, { is: ">=", ratio: 0.85 });
        const before = await stateOf(all);
        const calm = await under(all, entities, SHARE * most.all.rate)();
        const after = await stateOf(all);
        const kept = after.logged - before.logged;
        const dropped = after.dropped - before.dropped;
        progress(
          `  ${name}, at ${calm.rate.toFixed(0)} a second: ${kept} kept, ${dropped} dropped, p99 ${calm.p99.toFixed(2)} ms`,
        );
        yield figure(`${name}, kept at ${SHARE * 100} % of that`, "answers", kept, kept + dropped, {
          is: ">=",
          ratio: 1,
        });
      }
    } finally {
      for (const server of servers) await server.stop();
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function stateOf({ port }: ServerProcess): Promise<{ readonly logged: number; readonly dropped: number }> {
  const told = (await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()) as {
    readonly servingLog: { readonly logged: number; readonly dropped: number };
  };
  return told.servingLog;
}
