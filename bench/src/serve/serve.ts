import { Database } from "@lockstep/offline";
import type { Benchmark, BenchOptions, Figure } from "../benchmark.js";
import { startRedis } from "../redis-server.js";
import { besideFeast } from "./beside-feast.js";
import { besideHandler } from "./beside-handler.js";
import { fill } from "./data.js";
import { growth } from "./growth.js";
import type { Bench } from "./section.js";
import { startServing } from "./server-process.js";

const KEYS = 100_000;
const SECTIONS = [besideHandler, ...besideFeast, growth];

export const serving: Benchmark = {
  name: "serve",
  description:
    "50 float64 features of 100,000 keys from Redis over HTTP, beside a bare node:http + ioredis handler and Feast's feature server (needs Python)",
  async *run({ scale, rounds, only, progress }: BenchOptions): AsyncGenerator<Figure> {
    const sections = SECTIONS.filter(({ name }) => name.includes(only));
    for (const { ready } of sections) await ready?.(progress);
    const keys = Math.max(1, Math.round(KEYS * scale));
    const redis = await startRedis();
    try {
      progress(`materializing ${keys} keys`);
      const db = await Database.open();
      await fill(db, redis.url, keys).finally(() => db.close());
      const ours = await startServing({ side: "ours", url: redis.url, secured: true });
      const lasting = (seconds: number): number => Math.max(0.5, seconds * Math.min(1, scale * 2));
      const bench: Bench = { redis, keys, ours, lasting, rounds, warmUps: 1, progress };
      try {
        for (const section of sections) yield* section.run(bench);
      } finally {
        await ours.stop();
      }
    } finally {
      await redis.stop();
    }
  },
};
