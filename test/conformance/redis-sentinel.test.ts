import {
  type OnlineStore,
  openOnlineStore,
  openRedisSentinelStore,
  packStates,
  type RedisSentinelOptions,
} from "@lockstep/online";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { redisCli } from "../support/redis-cli.js";
import { type RedisSentinel, startRedisSentinel } from "../support/redis-sentinel.js";
import { until } from "../support/until.js";
import { onlineStoreSuite } from "./online-store.suite.js";
import { stamp, write } from "./states.js";

onlineStoreSuite("redis behind sentinels", async () => {
  const { master, sentinels, stop } = await startRedisSentinel();
  return {
    store: (project) => openOnlineStore({ kind: "redis-sentinel", master, sentinels }, project),
    close: stop,
  };
});

describe("redis behind sentinels", () => {
  let redis: RedisSentinel;
  const stores: OnlineStore[] = [];
  beforeAll(async () => {
    redis = await startRedisSentinel();
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await redis.stop();
  });
  const open = async (options: Partial<RedisSentinelOptions> = {}): Promise<OnlineStore> => {
    const { master, sentinels } = redis;
    const store = await openRedisSentinelStore({ master, sentinels, project: "p", ...options });
    stores.push(store);
    return store;
  };
  const keys = Array.from({ length: 300 }, (_, i) => Buffer.from(`k${i}`));
  const run = (n: number) => keys.map((key) => write(key, stamp(n), `${n}`));
  const publish = async (store: OnlineStore, n: number) => {
    await store.write(1, packStates(run(n)));
    await store.publish(1, stamp(n));
  };
  const read = (store: OnlineStore) =>
    store.read(
      keys.map((key) => ({ key, generations: [1] })),
      [1],
    );

  test("a name that the Sentinels don't know is an error that says so", async () => {
    const store = await open({ master: "nobody", commandTimeout: 500 });
    await expect(store.ping()).rejects.toThrow(/ONLINE_UNAVAILABLE at redis-sentinel:\/\/.*\/nobody: no Sentinel/);
  });

  test("nothing is published before the replicas have it", async () => {
    await publish(await open(), 1);
    const store = await open({ replicaTimeout: 300 });
    await store.write(1, packStates(run(2)));
    redis.replica.pause();
    await expect(store.publish(1, stamp(2))).rejects.toMatchObject({ code: "ONLINE_REPLICAS" });
    expect((await read(store)).published.get(1)).toEqual(stamp(1));
    redis.replica.resume();
    await publish(await open(), 2);
    expect((await read(store)).published.get(1)).toEqual(stamp(2));
  });

  test("a failover is followed: what was published is there, and runs go on", async () => {
    const store = await open();
    await publish(store, 3);
    await redis.primary.kill();
    await redis.failOver();
    const { published, states } = await until(() => read(store));
    expect(published.get(1)).toEqual(stamp(3));
    expect(states.every(([value]) => value !== null)).toBe(true);
    await publish(store, 4);
    expect((await read(store)).published.get(1)).toEqual(stamp(4));
    expect(await redisCli(redis.replica.port, "INFO", "replication")).toContain("role:master");
  });
});
