import { type OnlineStore, openRedisStore, packStates } from "@lockstep/online";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { redisCli } from "../support/redis-cli.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { stamp, write } from "./states.js";

/** Pauses take no time here, and their lengths add up to the clock. */
const clock = vi.hoisted(() => ({ now: 0, pauses: 0 }));
vi.mock("node:timers/promises", async (original) => {
  const real = await original<typeof import("node:timers/promises")>();
  const setTimeout = async (ms: number): Promise<void> => {
    clock.now += ms;
    clock.pauses++;
    await real.setTimeout(1);
  };
  return { ...real, default: { ...real, setTimeout }, setTimeout };
});

const KEYS = Array.from({ length: 8_000 }, (_, i) => Buffer.from(`k${i}`));
const RATE = 4_000;

describe("a sweep at a low rate", () => {
  let redis: RedisServer;
  let sweeping: OnlineStore;
  let reading: OnlineStore;
  beforeAll(async () => {
    redis = await startRedis({ args: ["--latency-tracking", "no"] });
    sweeping = await openRedisStore({ url: redis.url, project: "p", sweepRate: RATE });
    reading = await openRedisStore({ url: redis.url, project: "p" });
  });
  afterAll(async () => {
    await Promise.all([sweeping.close(), reading.close()]);
    await redis.stop();
  });

  afterEach(() => vi.restoreAllMocks());

  test("goes on little by little, and the server answers others all the while", async () => {
    const states = KEYS.map((key) => write(key, stamp(1)));
    for (const generation of [1, 2]) {
      await sweeping.write(generation, packStates(states));
      await sweeping.publish(generation, stamp(1));
    }
    vi.spyOn(performance, "now").mockImplementation(() => clock.now);
    const before = { ...clock };
    let swept: number | null = null;
    const sweep = sweeping.sweep(1).then((count) => {
      swept = count;
    });
    let reads = 0;
    while (swept === null) {
      const { states: found, published } = await reading.read(
        KEYS.map((key) => ({ key, generations: [1, 2] })),
        [1, 2],
      );
      // The mark goes first, so that what is left is no answer; the other generation is as it was.
      if (found.some(([state]) => state === null)) expect(published.has(1)).toBe(false);
      expect(published.get(2)).toEqual(stamp(1));
      expect(found.every(([, state]) => state !== null)).toBe(true);
      reads++;
    }
    await sweep;
    expect(swept).toBe(KEYS.length);
    // The last pauses are shorter than a timer can be, and are left out.
    expect(clock.now - before.now).toBeGreaterThan((KEYS.length / RATE) * 1000 - 10);
    expect(clock.pauses - before.pauses).toBeGreaterThan(10);
    expect(reads).toBeGreaterThan(0);
    const commands = await redisCli(redis.port, "INFO", "commandstats");
    expect(commands).not.toMatch(/cmdstat_(keys|flushall|flushdb):/);
  });
});
