import { openRedisStore, packStates } from "@lockstep/online";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { redisCli } from "../support/redis-cli.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { hold, until } from "../support/until.js";
import { stamp, write } from "./states.js";

describe("a replica that must be there", () => {
  let primary: RedisServer;
  let replica: RedisServer;
  const open = (replicas?: number) =>
    openRedisStore({
      url: primary.url,
      project: "p",
      replicaTimeout: 300,
      ...(replicas === undefined ? {} : { replicas }),
    });
  const connected = async () => hold((await redisCli(primary.port, "INFO", "replication")).includes("state=online"));

  beforeAll(async () => {
    primary = await startRedis({ args: ["--repl-diskless-sync-delay", "0"] });
    replica = await startRedis({ args: ["--replicaof", "127.0.0.1", `${primary.port}`] });
    await until(connected);
  });
  afterAll(async () => {
    await replica.stop();
    await primary.stop();
  });

  test("is waited for, and its absence noticed, where the store says so", async () => {
    const [demanding, easy] = [await open(1), await open()];
    const publish = async (store: typeof easy, n: number) => {
      await store.write(1, packStates([write("k", stamp(n))]));
      await store.publish(1, stamp(n));
      return (await store.read([], [1])).published.get(1)?.t;
    };
    expect(await until(() => publish(demanding, 1))).toBe(1n);
    await replica.kill();
    await until(async () => hold((await redisCli(primary.port, "INFO", "replication")).includes("connected_slaves:0")));
    expect(await publish(easy, 2)).toBe(2n);
    await expect(publish(demanding, 3)).rejects.toMatchObject({ code: "ONLINE_REPLICAS" });
    expect((await easy.read([], [1])).published.get(1)?.t).toBe(2n);
    await expect(demanding.remove(Buffer.from("k"), [1])).rejects.toMatchObject({ code: "ONLINE_REPLICAS" });
    await replica.restart();
    await until(connected);
    expect(await until(() => publish(demanding, 3))).toBe(3n);
    await Promise.all([demanding.close(), easy.close()]);
  });
});
