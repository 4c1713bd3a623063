import { type OnlineStore, openOnlineStore, openRedisClusterStore, openRedisStore, packStates } from "@lockstep/online";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { redisCli, redisCliCluster } from "../support/redis-cli.js";
import { type RedisCluster, startRedisCluster } from "../support/redis-cluster.js";
import { startRedis } from "../support/redis-server.js";
import { hold, until } from "../support/until.js";
import { onlineStoreSuite } from "./online-store.suite.js";
import { hex, stamp, state, write } from "./states.js";

onlineStoreSuite("redis cluster", async () => {
  const { addresses, stop } = await startRedisCluster();
  return {
    store: (project) => openOnlineStore({ kind: "redis-cluster", nodes: addresses }, project),
    close: stop,
  };
});

describe("redis cluster", () => {
  let cluster: RedisCluster;
  const stores: OnlineStore[] = [];
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await cluster.stop();
  });
  const open = async (project: string, options = {}): Promise<OnlineStore> => {
    const store = await openRedisClusterStore({ nodes: cluster.addresses.slice(0, 1), project, ...options });
    stores.push(store);
    return store;
  };
  const keys = Array.from({ length: 400 }, (_, i) => Buffer.from(`k${i}`));
  const run = (n: number, from = 0, to = keys.length) =>
    keys.slice(from, to).map((key) => write(key, stamp(n), `${n}`));
  const read = (store: OnlineStore, wanted = keys) =>
    store.read(
      wanted.map((key) => ({ key, generations: [1] })),
      [1],
    );
  /** Each key's mark on its own, null where there is none: T as a number. */
  const marks = (store: OnlineStore) =>
    Promise.all(keys.map(async (key) => Number((await read(store, [key])).published.get(1)?.t ?? -1n)));
  const complete = async (store: OnlineStore, n: number): Promise<void> => {
    await store.write(1, packStates(run(n)));
    await store.publish(1, stamp(n));
  };

  test("keys are spread over all nodes", async () => {
    const store = await open("spread");
    await complete(store, 1);
    for (const { port } of cluster.nodes) {
      const found = await redisCli(port, "--scan", "--pattern", "lockstep:*{spread*");
      expect(found.split("\n").length).toBeGreaterThan(200);
    }
  });

  test("slots that move while they are read and written give no wrong answer, and no error", async () => {
    const store = await open("moving");
    await complete(store, 1);
    const ids = await Promise.all(cluster.nodes.map(({ port }) => redisCli(port, "CLUSTER", "MYID")));
    const [from = "", to = ""] = ids;
    const [address = ""] = cluster.addresses;
    let moving = true;
    const moved = redisCliCluster(
      "reshard",
      ...[address, "--cluster-from", from, "--cluster-to", to, "--cluster-slots", "400"],
    ).finally(() => {
      moving = false;
    });
    let n = 1;
    let reads = 0;
    while (moving) {
      const { states, published } = await read(store);
      expect(published.get(1)).toEqual(stamp(n));
      expect(new Set(states.map(([value]) => hex(value)))).toEqual(new Set([hex(state(stamp(n), `${n}`))]));
      if (reads++ % 5 === 0) await complete(store, ++n);
    }
    await moved;
    expect(await redisCli(cluster.nodes[1]?.port ?? 0, "CLUSTER", "NODES")).toMatch(/myself.* \d+-\d+ \d+-\d+/);
    const other = await open("moving");
    expect((await read(other)).states.map(([value]) => hex(value))).toEqual(
      keys.map(() => hex(state(stamp(n), `${n}`))),
    );
    await complete(other, ++n);
    expect(await store.removeOlder(1, stamp(n))).toBe(0);
    expect(await store.sweep(1)).toBe(keys.length);
  });

  test("an emptied shard is no answer, and the others go on", async () => {
    const store = await open("emptied");
    await complete(store, 1);
    await redisCli(cluster.nodes[1]?.port ?? 0, "FLUSHALL");
    expect((await read(store)).published.get(1)).toBeUndefined();
    expect((await store.read([], [1])).published.get(1)).toBeUndefined();
    expect(new Set(await marks(store))).toEqual(new Set([-1, 1]));
    await store.write(1, packStates(run(2, 0, 10)));
    await expect(store.publish(1, stamp(2), stamp(1))).rejects.toMatchObject({ code: "STORE_ROLLED_BACK" });
    await complete(store, 3);
    expect(new Set(await marks(store))).toEqual(new Set([3]));
  });

  test("a shard that came back with an older dump tells the older T", async () => {
    const store = await open("older");
    const [, , shard] = cluster.nodes;
    await complete(store, 1);
    await redisCli(shard?.port ?? 0, "SAVE");
    await complete(store, 2);
    await shard?.restart();
    await until(async () => hold((await redisCli(shard?.port ?? 0, "CLUSTER", "INFO")).includes("cluster_state:ok")));
    expect((await until(() => read(store))).published.get(1)).toEqual(stamp(1));
    expect(new Set(await marks(store))).toEqual(new Set([1, 2]));
  });

  test("a shard emptied during a run fails the run", async () => {
    const store = await open("losing");
    await store.write(1, packStates(run(1, 0, 300)));
    await redisCli(cluster.nodes[0]?.port ?? 0, "FLUSHALL");
    const rest = async (): Promise<void> => {
      await store.write(1, packStates(run(1, 300)));
      await store.publish(1, stamp(1));
    };
    await expect(rest()).rejects.toMatchObject({ code: "STORE_LOST_WRITES" });
    expect((await read(store)).published.get(1)).toBeUndefined();
  });

  test("a shard that hangs is ONLINE_UNAVAILABLE, the others answer, and it is found again by itself", async () => {
    const store = await open("hanging", { commandTimeout: 700 });
    await until(() => complete(store, 1));
    const [, shard] = cluster.nodes;
    shard?.pause();
    await expect(read(store)).rejects.toMatchObject({ code: "ONLINE_UNAVAILABLE" });
    const one = await Promise.allSettled(keys.slice(0, 20).map((key) => read(store, [key])));
    expect(new Set(one.map(({ status }) => status))).toEqual(new Set(["fulfilled", "rejected"]));
    shard?.resume();
    const { states, published } = await until(() => read(store));
    expect(published.get(1)).toEqual(stamp(1));
    expect(states.every(([value]) => value !== null)).toBe(true);
  });

  test("a replica takes over with all that was published", async () => {
    const store = await open("failover");
    const [primary] = cluster.nodes;
    if (primary === undefined) throw new Error("a cluster has nodes");
    const replica = await cluster.addReplica(primary);
    await complete(store, 1);
    await primary.kill();
    await until(async () => hold((await redisCli(replica.port, "CLUSTER", "FAILOVER", "TAKEOVER")) === "OK"));
    const { states, published } = await until(() => read(store));
    expect(published.get(1)).toEqual(stamp(1));
    expect(states.every(([value]) => value !== null)).toBe(true);
    await until(() => complete(store, 2));
    expect((await read(store)).published.get(1)).toEqual(stamp(2));
  });

  test("the wrong kind for the servers is an error that names the right one", async () => {
    const single = await startRedis();
    const { port = 0 } = cluster.nodes[1] ?? {};
    const asSingle = await openRedisStore({ url: `redis://127.0.0.1:${port}`, project: "p" });
    const asCluster = await openRedisClusterStore({
      nodes: [`127.0.0.1:${single.port}`],
      project: "p",
      commandTimeout: 700,
    });
    await expect(asSingle.write(1, packStates(run(1)))).rejects.toThrow(/choose the kind 'redis-cluster'/);
    await expect(asCluster.read([], [1])).rejects.toThrow(/choose the kind 'redis', or 'redis-sentinel'/);
    await Promise.all([asSingle.close(), asCluster.close()]);
    await single.stop();
  });

  test("addresses that are none are errors that show how to write them", async () => {
    for (const nodes of [[], ["localhost"], ["redis://h:6379"], ["h:99999"]]) {
      await expect(openRedisClusterStore({ nodes, project: "p" })).rejects.toMatchObject({ code: "ONLINE_URL" });
    }
    const crowded = openRedisClusterStore({ nodes: cluster.addresses, project: "p", keyPrefix: "{a}" });
    await expect(crowded).rejects.toMatchObject({ code: "ONLINE_PREFIX" });
  });
});
