import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { openRedisSentinelStore, packStates, type RedisSentinelOptions } from "@lockstep/online";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { until } from "../support/until.js";
import { stamp, write } from "./states.js";

const MASTER = "features";
const [OF_REDIS, OF_SENTINEL] = ["primary-s3cret", "sentinel-s3cret"];

describe("a Sentinel and a primary with passwords of their own", () => {
  let primary: RedisServer;
  let sentinel: RedisServer;

  beforeAll(async () => {
    primary = await startRedis({ args: ["--requirepass", OF_REDIS] });
    sentinel = await startRedis({
      program: async (port, folder) => {
        const file = join(folder, "sentinel.conf");
        await writeFile(
          file,
          `bind 127.0.0.1\nport ${port}\nrequirepass ${OF_SENTINEL}\n` +
            `sentinel monitor ${MASTER} 127.0.0.1 ${primary.port} 1\nsentinel auth-pass ${MASTER} ${OF_REDIS}\n` +
            `sentinel down-after-milliseconds ${MASTER} 600000\n`,
        );
        return [file, "--sentinel"];
      },
    });
  });
  afterAll(async () => {
    await sentinel.stop();
    await primary.stop();
  });
  const open = (passwords: Partial<RedisSentinelOptions>) =>
    openRedisSentinelStore({
      ...{ project: "p", master: MASTER, sentinels: [`127.0.0.1:${sentinel.port}`] },
      ...{ commandTimeout: 1_500, connectTimeout: 1_000, ...passwords },
    });

  test("are each given theirs", async () => {
    const store = await open({ password: OF_REDIS, sentinelPassword: OF_SENTINEL });
    await until(() => store.ping());
    await store.write(1, packStates([write("k", stamp(1))]));
    await store.publish(1, stamp(1));
    expect((await store.read([], [1])).published.get(1)).toEqual(stamp(1));
    await store.close();
  });

  test.each([
    ["the Sentinel's", { password: OF_REDIS, sentinelPassword: "wr0ng" }],
    ["the Sentinel's, for want of it", { password: OF_REDIS }],
    ["the primary's", { password: "wr0ng", sentinelPassword: OF_SENTINEL }],
  ])("where %s is wrong, that is an error which shows none", async (_, passwords) => {
    const store = await open(passwords);
    const error = await store.ping().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "LockstepError", code: "ONLINE_UNAVAILABLE" });
    expect(String(error)).toMatch(/credentials/);
    const shown = inspect(error, { depth: 10, showHidden: true });
    for (const secret of [OF_REDIS, OF_SENTINEL, "wr0ng"]) expect(shown).not.toContain(secret);
    await store.close();
  });
});
