import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisCli } from "../support/redis-cli.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { fs, serve, workspace } from "./run-fs.js";

const LATEST = "2026-01-06T00:00:00Z";

describe("a Redis that comes back with an older dump", () => {
  let folder: string;
  let redis: RedisServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-rolled-back-"));
    redis = await startRedis();
    await fs(folder, ["init", "."]);
    await symlink(join(workspace, "node_modules"), join(folder, "node_modules"));
    const config = join(folder, "lockstep.config.ts");
    const text = await readFile(config, "utf8");
    await writeFile(config, text.replace("clock:", `online: { kind: "redis", url: "${redis.url}" }, clock:`));
    expect((await fs(folder, ["apply"])).code).toBe(0);
  });
  afterAll(async () => {
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const materialize = (at: string) => fs(folder, ["materialize", "--at", at]);
  const get = (key: string) => fs(folder, ["get", "next_order", `customer_id=${key}`, "--json"]);
  /** A key that was materialized, and one that nobody has seen: neither is answered. */
  const expectRefused = async (code: string): Promise<void> => {
    for (const answer of [await get("c1"), await get("nobody")]) {
      expect(answer.code).toBe(1);
      expect(JSON.parse(answer.out)).toMatchObject({ error: { diagnostics: [{ code }] } });
    }
  };

  it("is refused until the next run, and mended by it", { timeout: 240_000 }, async () => {
    expect((await materialize("2026-01-03T00:00:00Z")).code).toBe(0);
    await redisCli(redis.port, "SAVE");
    expect((await materialize(LATEST)).code).toBe(0);
    const before = await get("c1");
    expect(before.code).toBe(0);

    await redis.restart();
    await expectRefused("STORE_ROLLED_BACK");
    const server = await serve(folder);
    expect(await (await fetch(`${server.url}/readyz`)).text()).toContain("has lost run");
    await server.stop();
    expect((await materialize(LATEST)).code).toBe(0);
    expect(await get("c1")).toEqual(before);
  });

  it("is refused where a mark is damaged, too, and what tells of the store goes on", { timeout: 240_000 }, async () => {
    const before = await get("c1");
    const [bucket = ""] = (await redisCli(redis.port, "--scan", "--pattern", "lockstep:#*")).split("\n");
    const [generation = ""] = (await redisCli(redis.port, "HKEYS", bucket)).split("\n").filter((f) => /^\w+$/.test(f));
    await redisCli(redis.port, "HSET", bucket, generation, "damaged");
    const status = await fs(folder, ["status"]);
    expect(status.out).toMatch(/redis, reachable[\s\S]*has lost run [\s\S]*fs materialize spending/);
    expect((await materialize(LATEST)).code).toBe(0);
    expect(await get("c1")).toEqual(before);
  });

  it("is refused where it comes back empty, too", { timeout: 240_000 }, async () => {
    const before = await get("c1");
    await redisCli(redis.port, "FLUSHALL");
    await expectRefused("NOT_MATERIALIZED");
    expect((await materialize(LATEST)).code).toBe(0);
    expect(await get("c1")).toEqual(before);
  });
});
