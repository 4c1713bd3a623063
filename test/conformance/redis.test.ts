import { createServer } from "node:net";
import { inspect } from "node:util";
import { type OnlineStore, openOnlineStore, openRedisStore, packStates } from "@lockstep/online";
import { afterAll, describe, expect, test } from "vitest";
import { askRedis, type RedisServer, type RedisServerOptions, startRedis } from "../support/redis-server.js";
import { until } from "../support/until.js";
import { onlineStoreSuite } from "./online-store.suite.js";
import { hex, stamp, state, write } from "./states.js";

onlineStoreSuite("redis", async () => {
  const { url, stop } = await startRedis();
  return { store: (project) => openRedisStore({ url, project }), close: stop };
});

onlineStoreSuite("redis, with a key prefix of glob characters", async () => {
  const { url, stop } = await startRedis();
  const config = { kind: "redis", url: `${url}/3`, keyPrefix: "[a-z]*\\" } as const;
  return { store: (project) => openOnlineStore(config, project), close: stop };
});

describe("redis", () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });
  const server = async (options?: RedisServerOptions): Promise<RedisServer> => {
    const started = await startRedis(options);
    cleanups.push(() => started.stop());
    return started;
  };
  const open = async (url: string, keyPrefix?: string): Promise<OnlineStore> => {
    const store = await openRedisStore({ url, project: "p", ...(keyPrefix === undefined ? {} : { keyPrefix }) });
    cleanups.push(() => store.close());
    return store;
  };
  const value = async (store: OnlineStore, key: string) =>
    hex((await store.read([{ key: Buffer.from(key), generations: [1] }], [])).states[0]?.[0]);

  test("a killed server is ONLINE_UNAVAILABLE, and is found again by itself", async () => {
    const redis = await server({ appendOnly: true });
    const store = await open(redis.url);
    await store.write(1, packStates([write("k", stamp(1))]));
    await redis.kill();
    const place = `127.0.0.1:${redis.port}`;
    for (const error of await Promise.all(everything(store).map(failureOf))) {
      expect(error).toMatchObject({ name: "LockstepError", code: "ONLINE_UNAVAILABLE" });
      expect(String(error)).toContain(place);
    }
    await redis.restart();
    await until(() => store.ping());
    expect(await value(store, "k")).toBe(hex(state(stamp(1))));
    expect(await store.write(1, packStates([write("k", stamp(2))]))).toEqual({ written: 1, kept: 0 });
  });

  test("a server killed amid writes leaves each key wholly old or wholly new, and the writes can be run again", async () => {
    const redis = await server({ appendOnly: true });
    const store = await open(redis.url);
    const states = (run: number) => Array.from({ length: 20_000 }, (_, i) => write(`k${i}`, stamp(1, run), `${run}`));
    await store.write(1, packStates(states(1)));
    const writing = failureOf(async () => {
      for (;;) await store.write(1, packStates(states(2)));
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    await redis.kill();
    expect(await writing).toMatchObject({ code: "ONLINE_UNAVAILABLE" });
    await redis.restart();
    await until(() => store.ping());
    const keys = states(1).map(({ key }) => ({ key, generations: [1] }));
    const held = new Set((await store.read(keys, [])).states.map(([value]) => hex(value)));
    const either = [1, 2].map((run) => hex(state(stamp(1, run), `${run}`)));
    expect(either).toEqual(expect.arrayContaining([...held]));
    await store.write(1, packStates(states(2)));
    expect(await value(store, "k19999")).toBe(either[1]);
  });

  test("a server that is not there yet is waited for", async () => {
    const redis = await server();
    await redis.kill();
    const store = await open(redis.url);
    await expect(store.ping()).rejects.toMatchObject({ code: "ONLINE_UNAVAILABLE" });
    await redis.restart();
    await until(() => store.ping());
  });

  test("a server that accepts but never answers is ONLINE_UNAVAILABLE", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port } = silent.address() as { port: number };
    const store = await openRedisStore({ url: `redis://127.0.0.1:${port}`, project: "p" });
    await expect(store.read([{ key: Buffer.from("k"), generations: [1] }], [1])).rejects.toMatchObject({
      code: "ONLINE_UNAVAILABLE",
    });
    await store.close();
    silent.close();
  });

  test("scripts that the server forgot are sent again", async () => {
    const redis = await server();
    const store = await open(redis.url);
    await store.write(1, packStates([write("k", stamp(1))]));
    expect(await askRedis(redis.port, "SCRIPT FLUSH")).toMatch(/^\+OK/);
    const many = Array.from({ length: 5_000 }, (_, i) => write(`k${i}`, stamp(2)));
    expect(await store.write(1, packStates(many))).toEqual({ written: 5_000, kept: 0 });
  });

  test("sweeping reads and removes nothing that is not the project's", async () => {
    const redis = await server();
    const [plain, other] = [await open(redis.url), await open(redis.url, "lockstep:*")];
    await askRedis(redis.port, "SET lockstep:other kept");
    for (const store of [plain, other]) {
      await store.write(1, packStates([write("k", stamp(1)), write("", stamp(1))]));
      await store.publish(1, stamp(1));
    }
    expect(await plain.sweep(1)).toBe(2);
    expect(await value(other, "k")).toBe(hex(state(stamp(1))));
    expect((await other.read([], [1])).published.get(1)).toEqual(stamp(1));
    expect(await askRedis(redis.port, "GET lockstep:other")).toContain("kept");
    expect(await other.sweep(1)).toBe(2);
    expect(await askRedis(redis.port, "DBSIZE")).toBe(":1\r\n");
  });

  test("a read-only replica is ONLINE_READ_ONLY, and warned about", async () => {
    const primary = await server();
    const replica = await server({ args: ["--replicaof", "127.0.0.1", `${primary.port}`] });
    const store = await open(replica.url);
    await until(() => store.ping());
    for (const ask of [
      () => store.write(1, packStates([write("k", stamp(1))])),
      () => store.publish(1, stamp(1)),
      () => store.sweep(1),
    ]) {
      await expect(ask()).rejects.toMatchObject({ code: "ONLINE_READ_ONLY" });
    }
    expect((await store.warnings()).join()).toContain("read-only replica");
  });

  test("a full server is ONLINE_FULL, and what it held can be read and swept", async () => {
    const redis = await server({ args: ["--maxmemory", "4mb"] });
    const store = await open(redis.url);
    const fill = async (): Promise<void> => {
      for (let i = 0; i < 200; i++) {
        await store.write(1, packStates([write(`k${i}`, stamp(1), Buffer.alloc(100_000))]));
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: "ONLINE_FULL" });
    expect(await value(store, "k0")).not.toBeNull();
    expect(await store.sweep(1)).toBeGreaterThan(5);
    await store.write(1, packStates([write("k", stamp(1))]));
  });

  test("warns of settings that lose features, and of nothing else", async () => {
    const evicting = await open(
      (await server({ args: ["--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"] })).url,
    );
    expect((await evicting.warnings()).join("\n")).toMatch(/allkeys-lru.*noeviction/);
    const unlimited = await open((await server({ args: ["--maxmemory-policy", "volatile-ttl"] })).url);
    expect((await unlimited.warnings()).join("\n")).toContain("once a maxmemory is set");
    expect(await (await open((await server()).url)).warnings()).toEqual([]);
  });

  describe("an answer is no answer where the server has lost something", () => {
    const keys = Array.from({ length: 500 }, (_, i) => Buffer.from(`k${i}`));
    const run = (n: number, from = 0, to = keys.length) =>
      keys.slice(from, to).map((key) => write(key, stamp(n), `${n}`));
    const published = async (store: OnlineStore, read = keys) =>
      (
        await store.read(
          read.map((key) => ({ key, generations: [1] })),
          [1],
        )
      ).published.get(1);

    test("emptied: nothing is published", async () => {
      const redis = await server();
      const store = await open(redis.url);
      await store.write(1, packStates(run(1)));
      await store.publish(1, stamp(1));
      expect(await published(store)).toEqual(stamp(1));
      await askRedis(redis.port, "FLUSHALL");
      expect(await published(store)).toBeUndefined();
      expect(await published(store, [])).toBeUndefined();
    });

    test("a hash that was evicted or deleted: what lay in it is not published, the rest is", async () => {
      const redis = await server();
      const store = await open(redis.url);
      await store.write(1, packStates(run(1)));
      await store.publish(1, stamp(1));
      for (let i = 0; i < 30; i++) {
        const [, key] = (await askRedis(redis.port, "RANDOMKEY")).split("\r\n");
        await askRedis(redis.port, `DEL ${key}`);
      }
      const stamps = await Promise.all(keys.map((key) => published(store, [key])));
      expect(new Set(stamps.map((found) => found?.t))).toEqual(new Set([undefined, 1n]));
      expect(await published(store, [])).toBeUndefined();
    });

    test("restored from an older dump: published at the older stamp, and no increment builds on it", async () => {
      const redis = await server();
      const store = await open(redis.url);
      await store.write(1, packStates(run(1)));
      await store.publish(1, stamp(1));
      await askRedis(redis.port, "SAVE");
      await store.write(1, packStates(run(2)));
      await store.publish(1, stamp(2), stamp(1));
      await redis.restart();
      await until(() => store.ping());
      expect(await published(store)).toEqual(stamp(1));
      await store.write(1, packStates(run(3, 0, 10)));
      await expect(store.publish(1, stamp(3), stamp(2))).rejects.toMatchObject({ code: "STORE_ROLLED_BACK" });
      await store.write(1, packStates(run(4)));
      await store.publish(1, stamp(4));
      expect(await published(store)).toEqual(stamp(4));
    });

    test.each([
      ["emptied", (redis: RedisServer) => askRedis(redis.port, "FLUSHALL")],
      ["restarted from an older dump", (redis: RedisServer) => redis.restart()],
    ])("%s during a run: the run is not published", async (_, lose) => {
      const redis = await server();
      const store = await open(redis.url);
      await store.write(1, packStates(run(1, 0, 100)));
      await askRedis(redis.port, "SAVE");
      await store.write(1, packStates(run(1, 100, 400)));
      await lose(redis);
      await until(() => store.ping());
      const rest = async (): Promise<void> => {
        await store.write(1, packStates(run(1, 400)));
        await store.publish(1, stamp(1));
      };
      await expect(rest()).rejects.toMatchObject({ code: "STORE_LOST_WRITES" });
      expect(await published(store)).toBeUndefined();
      await store.write(1, packStates(run(1)));
      await store.publish(1, stamp(1));
      expect(await published(store)).toEqual(stamp(1));
    });

    test("runs that overlap are each complete, and leave nothing behind but states and marks", async () => {
      const redis = await server();
      const [one, two] = [await open(redis.url), await open(redis.url)];
      await one.write(1, packStates(run(1, 0, 300)));
      await two.write(1, packStates(run(2)));
      await two.publish(1, stamp(2));
      await one.write(1, packStates(run(1, 300)));
      await one.publish(1, stamp(1));
      expect(await published(one)).toEqual(stamp(2));
      expect(await one.sweep(1)).toBe(keys.length);
      expect(await askRedis(redis.port, "DBSIZE")).toBe(":0\r\n");
    });
  });

  test("no error shows the password", async () => {
    const secret = "s3cr€t/p@ss";
    const shown = (error: unknown): string =>
      `${inspect(error, { depth: 10, showHidden: true })} ${JSON.stringify(error)} ${String(error)}`;
    const hidden = (error: unknown, code: string): void => {
      expect(error).toMatchObject({ name: "LockstepError", code });
      for (const form of [secret, encodeURIComponent(secret), "s3cr", "userX"])
        expect(shown(error)).not.toContain(form);
      expect((error as Error).cause).toBeUndefined();
    };
    const redis = await server({ args: ["--requirepass", secret] });
    const login = (user: string, password: string): string =>
      `redis://${user}:${encodeURIComponent(password)}@127.0.0.1:${redis.port}/?password=s3cr`;

    const right = await open(`redis://:${encodeURIComponent(secret)}@127.0.0.1:${redis.port}`);
    await right.write(1, packStates([write("k", stamp(1))]));
    const wrong = await open(login("userX", `${secret}!`));
    for (const error of await Promise.all(everything(wrong).map(failureOf))) hidden(error, "ONLINE_UNAVAILABLE");
    const none = await open(redis.url);
    await expect(none.ping()).rejects.toThrow(/credentials/);

    await redis.kill();
    for (const error of await Promise.all(everything(right).map(failureOf))) hidden(error, "ONLINE_UNAVAILABLE");
    await right.close();
    hidden(await right.ping().catch((error: unknown) => error), "ONLINE_CLOSED");

    for (const url of [
      `rdis://userX:${secret}@host`,
      `redis://userX:${secret}`,
      `userX:${secret}@host`,
      "",
      "redis://",
    ]) {
      hidden(await openRedisStore({ url, project: "p" }).catch((error: unknown) => error), "ONLINE_URL");
    }
  });

  test("a server without TLS, asked with it, is ONLINE_UNAVAILABLE and says so", async () => {
    const { port } = await server();
    const store = await openRedisStore({ url: `rediss://127.0.0.1:${port}`, project: "p", commandTimeout: 700 });
    cleanups.push(() => store.close());
    await expect(store.ping()).rejects.toThrow(/ONLINE_UNAVAILABLE at rediss:.*TLS/);
  });

  test("an unknown kind of store is an error that names the kinds", async () => {
    await expect(openOnlineStore({ kind: "reddis", url: "" } as never, "p")).rejects.toThrow(
      /ONLINE_KIND.*did you mean 'redis'.*lmdb, redis/,
    );
  });
});

const everything = (store: OnlineStore): (() => Promise<unknown>)[] => [
  () => store.ping(),
  () => store.read([{ key: Buffer.from("k"), generations: [1] }], [1]),
  () => store.write(1, packStates([write("k", stamp(1))])),
  () => store.publish(1, stamp(1)),
  () => store.removeOlder(1, stamp(1)),
  () => store.sweep(1),
  () => store.warnings(),
];

/** The error that it fails with, or what it gave instead. */
const failureOf = (ask: () => Promise<unknown>): Promise<unknown> => ask().catch((error: unknown) => error);
