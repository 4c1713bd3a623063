import { type OnlineStore, openRedisStore, packStates } from "@lockstep/online";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { askRedis, startRedis } from "../support/redis-server.js";
import { redisStore } from "../support/redis-store.js";
import { fullRun as fullRunOf, keysOf, stamp, write } from "./states.js";

describe("removing older states from redis", () => {
  let store: OnlineStore;
  let port: number;
  let end: () => Promise<void>;
  beforeAll(async () => {
    ({ store, port, end } = await redisStore());
  });
  afterAll(() => end());
  beforeEach(async () => {
    await askRedis(port, "FLUSHALL");
  });
  const keys = keysOf(300);
  /** A full run of some of the keys; gives how many older states it removed, and whether that took looking for them. */
  const fullRun = async (n: number, from = 0, to = keys.length, meanwhile = async () => {}) => {
    await fullRunOf(store, 1, keys.slice(from, to), n, meanwhile);
    await askRedis(port, "CONFIG RESETSTAT");
    const removed = await store.removeOlder(1, stamp(n));
    return { removed, looked: /cmdstat_scan:/.test(await commandStats()) };
  };
  /** All of a long answer. */
  const commandStats = () => askRedis(port, "INFO commandstats");
  const left = async (): Promise<number> => {
    const { states } = await store.read(
      keys.map((key) => ({ key, generations: [1] })),
      [],
    );
    return states.filter(([value]) => value !== null).length;
  };

  test("takes no look at the keys where a run put all that there is", async () => {
    expect(await fullRun(1)).toEqual({ removed: 0, looked: false });
    expect(await fullRun(2)).toEqual({ removed: 0, looked: false });
    await store.write(1, packStates([write("k0", stamp(3)), write("new", stamp(3))]));
    await store.publish(1, stamp(3), stamp(2));
    expect(await fullRun(4)).toEqual({ removed: 1, looked: true });
    expect(await fullRun(5)).toEqual({ removed: 0, looked: false });
  });

  test("finds what a run did not put", async () => {
    await fullRun(1);
    expect(await fullRun(2, 100)).toEqual({ removed: 100, looked: true });
    expect(await left()).toBe(200);
    expect(await fullRun(3, 100)).toEqual({ removed: 0, looked: false });
  });

  test("also where as many keys were forgotten during the run", async () => {
    await fullRun(1);
    const forget = async () => {
      for (const key of keys.slice(200)) await store.remove(key, [1]);
    };
    expect((await fullRun(2, 100, 300, forget)).removed).toBe(100);
    expect(await left()).toBe(100);
    expect((await fullRun(3, 100, 200)).removed).toBe(0);
    expect(await fullRun(4, 100, 200)).toEqual({ removed: 0, looked: false });
  });

  test("keys that were forgotten between runs don't make the next one look", async () => {
    await fullRun(1);
    for (const key of keys.slice(200)) expect(await store.remove(key, [1])).toBe(1);
    expect(await fullRun(2, 0, 200)).toEqual({ removed: 0, looked: false });
  });

  test("a count that is too great is corrected by the look that it causes", async () => {
    await fullRun(1);
    const { states } = await store.read([{ key: keys[0] as Buffer, generations: [1] }], []);
    expect(states[0]?.[0]).not.toBeNull();
    await deleteEntity(port, "k0");
    expect(await fullRun(2, 1)).toEqual({ removed: 0, looked: true });
    expect(await fullRun(3, 1)).toEqual({ removed: 0, looked: false });
  });

  test("a run that wrote at several stamps is looked after", async () => {
    await store.write(1, packStates([write("k0", stamp(1)), write("k1", stamp(2))]));
    await store.publish(1, { ...stamp(2), floor: stamp(2) });
    expect(await store.removeOlder(1, stamp(2))).toBe(1);
  });

  test("what the layout of earlier versions left is removed with its generation", async () => {
    const former = "lockstep:{1:p/7}";
    for (const [field, value] of [
      ["1", "mark"],
      ["1:a", "state"],
      ["1+chain", "1@1"],
      ["11:a", "state"],
    ]) {
      await askRedis(port, `HSET ${former} ${field} ${value}`);
    }
    const other = await openRedisStore({ url: `redis://127.0.0.1:${port}`, project: "p" });
    expect((await other.read([], [1])).published.size).toBe(0);
    await other.publish(1, { ...stamp(1), floor: stamp(1) });
    expect(await other.removeOlder(1, stamp(1))).toBe(0);
    expect(await askRedis(port, `HKEYS ${former}`)).toBe("*1\r\n$4\r\n11:a\r\n");
    await other.sweep(37);
    expect(await askRedis(port, `EXISTS ${former}`)).toBe(":0\r\n");
    await other.close();
  });

  test("a generation that is swept leaves nothing", async () => {
    await fullRun(1);
    await store.append(1, [{ key: Buffer.from("k0"), row: Buffer.alloc(8) }]);
    expect(await store.sweep(1)).toBe(keys.length);
    expect(await askRedis(port, "DBSIZE")).toBe(":0\r\n");
  });

  test("a run is not published where Redis would drop entities and not tell", async () => {
    const evicting = await startRedis({ args: ["--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"] });
    const evicted = await openRedisStore({ url: evicting.url, project: "p" });
    await evicted.write(1, packStates([write("k", stamp(1))]));
    await expect(evicted.publish(1, stamp(1))).rejects.toMatchObject({ code: "ONLINE_EVICTS" });
    expect((await evicted.read([], [1])).published.size).toBe(0);
    await evicted.close();
    await evicting.stop();
  });
});

async function deleteEntity(port: number, key: string): Promise<void> {
  const [, , found] =
    /\r\n\$\d+\r\n0\r\n\*1\r\n\$(\d+)\r\n(.*)\r\n/s.exec(
      await askRedis(port, `SCAN 0 COUNT 100000 MATCH lockstep:{p??}${key}`),
    ) ?? [];
  expect(await askRedis(port, `DEL ${found}`)).toBe(":1\r\n");
}
