import { type OnlineStore, openOnlineStore, packStates } from "@lockstep/online";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { acquireLmdb, releaseLmdb } from "../../packages/online/src/lmdb-environment.js";
import { lmdbKeys } from "../../packages/online/src/lmdb-keys.js";
import { markBytes } from "../../packages/online/src/mark.js";
import { lmdbFolder } from "../support/lmdb-folder.js";
import { redisCli } from "../support/redis-cli.js";
import { startRedisCluster } from "../support/redis-cluster.js";
import { startRedis } from "../support/redis-server.js";
import { stamp, write } from "./states.js";

interface Place {
  readonly store: OnlineStore;
  /** Puts these bytes where a generation's mark is, in one bucket where there are several. */
  put(generation: number, bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

const PUT = `return redis.call('HSET', KEYS[1], ARGV[1], (string.gsub(ARGV[2], '..', function(h) return string.char(tonumber(h, 16)) end)))`;
const BUCKET = "lockstep:#{pF@}";

const places: Record<string, () => Promise<Place>> = {
  lmdb: async () => {
    const { store, end, path } = await lmdbFolder();
    const environment = await acquireLmdb(path);
    return {
      store,
      put: async (generation, bytes) => {
        await environment.db.put(lmdbKeys("p").mark(generation), Buffer.from(bytes));
      },
      end: async () => {
        await releaseLmdb(environment);
        await end();
      },
    };
  },
  redis: async () => {
    const server = await startRedis();
    return { ...(await onRedis({ kind: "redis", url: server.url }, server.port, [])), end: () => server.stop() };
  },
  "redis cluster": async () => {
    const cluster = await startRedisCluster();
    const port = cluster.nodes[0]?.port ?? 0;
    const online = { kind: "redis-cluster" as const, nodes: cluster.addresses };
    return { ...(await onRedis(online, port, ["-c"])), end: () => cluster.stop() };
  },
};

async function onRedis(online: Parameters<typeof openOnlineStore>[0], port: number, flags: readonly string[]) {
  return {
    store: await openOnlineStore(online, "p"),
    put: async (generation: number, bytes: Uint8Array) => {
      const hex = Buffer.from(bytes).toString("hex");
      await redisCli(port, ...flags, "EVAL", PUT, "1", BUCKET, generation.toString(36), hex);
    },
  };
}

describe.each(Object.entries(places))("a mark on %s", (_, open) => {
  let place: Place;
  beforeAll(async () => {
    place = await open();
  });
  afterAll(async () => {
    await place.store.close();
    await place.end();
  });
  const published = async (generation: number) => (await place.store.read([], [generation])).published.get(generation);
  const full = (n: number) => ({ ...stamp(n), floor: stamp(n) });
  const corrupt = expect.objectContaining({ name: "LockstepError", code: "STATE_CORRUPT" });

  test("that an earlier version left is read, and built upon", async () => {
    const { store, put } = place;
    const former = Buffer.from("01800000000000000700000001800000000000000300000001", "hex");
    await store.publish(1, full(3));
    await store.publish(1, stamp(7), stamp(3));
    await put(1, former);
    expect(await published(1)).toEqual({ ...stamp(7), floor: stamp(3) });
    await store.publish(1, stamp(9), stamp(7));
    expect(await published(1)).toEqual({ ...stamp(9), floor: stamp(3) });
    await put(1, former);
    await store.publish(1, full(5));
    expect((await published(1))?.floor).toEqual(stamp(5));
    expect((await published(1))?.t).toBe(7n);
  });

  test("that is damaged is an error of every read that it vouches for, whichever bit of it has turned", async () => {
    const { store, put } = place;
    const whole = markBytes({ ...stamp(7), floor: stamp(3) });
    await store.publish(2, full(3));
    await store.publish(2, stamp(7), stamp(3));
    for (let at = 0; at < whole.length; at++) {
      await put(2, whole.with(at, (whole[at] as number) ^ (1 << (at % 8))));
      await expect(published(2)).rejects.toEqual(corrupt);
    }
    for (const bytes of [whole.subarray(0, 13), whole.subarray(0, 17), whole.subarray(0, 25), Buffer.alloc(0)]) {
      await put(2, bytes);
      await expect(published(2)).rejects.toEqual(corrupt);
    }
    await put(2, whole);
    expect(await published(2)).toEqual({ ...stamp(7), floor: stamp(3) });
  });

  test("that is damaged is not built upon, and gives way to a full run", async () => {
    const { store, put } = place;
    const greater = markBytes(full(9));
    greater[1] = 0xff;
    await store.publish(3, full(5));
    await put(3, greater);
    await store.write(3, packStates([write("k", stamp(6))]));
    await expect(store.publish(3, stamp(6), stamp(5))).rejects.toMatchObject({ code: "STORE_ROLLED_BACK" });
    await expect(published(3)).rejects.toEqual(corrupt);
    await store.publish(3, full(6));
    expect(await published(3)).toEqual(full(6));
  });
});
