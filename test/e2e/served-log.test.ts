import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { fs, serve, workspace } from "./run-fs.js";

// Real servers of several processes log what they answer; `fs parity --log` reads it.

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
  process.env["SHOP_REDIS"] = redis.url;
});
afterAll(() => redis.stop());

describe.each(["lmdb", "redis"])("what two workers served from %s", (kind) => {
  let folder: string;
  /** The settings of the log, and where the data lies. */
  const configured = async (servingLog: object): Promise<void> => {
    const config = join(folder, "lockstep.config.ts");
    const text = await readFile(join(folder, "original.config"), "utf8");
    const online = kind === "redis" ? `online: { kind: "redis", url: { env: "SHOP_REDIS" } }, ` : "";
    const server = `server: { servingLog: ${JSON.stringify(servingLog)} }, `;
    await writeFile(config, text.replace("clock:", `${online}${server}clock:`));
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-served-log-"));
    expect((await fs(folder, ["init", "."])).code).toBe(0);
    await symlink(join(workspace, "node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, "original.config"), await readFile(join(folder, "lockstep.config.ts")));
    await configured({ folder: "served", sample: "100%" });
    for (const command of ["apply", "materialize"]) expect((await fs(folder, [command])).code).toBe(0);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const CUSTOMERS = ["c1", "c2", "c3", "c4", "nobody", "weird key / ü 'x\u0000"];
  const REQUESTS = 60;
  const ask = async (url: string, count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const entities = { customer_id: CUSTOMERS };
      const response = await fetch(`${url}/features`, {
        method: "POST",
        // A connection each, so that both workers get some.
        headers: { "content-type": "application/json", connection: "close" },
        body: JSON.stringify({ service: "next_order", entities }),
      });
      expect(response.status).toBe(200);
    }
  };
  const parity = async (...args: string[]) => {
    const { code, out } = await fs(folder, ["parity", "--log", "served", "--json", ...args]);
    return { code, report: JSON.parse(out) };
  };

  it("is in files of each of them, one after another, and agrees", { timeout: 120_000 }, async () => {
    await configured({ folder: "served", sample: "100%", maxBytes: 2_000, flush: "5ms" });
    const { url, stop } = await serve(folder, ["--workers", "2"]);
    await ask(url, REQUESTS);
    expect(await stop()).toBe(0);
    const names = await readdir(join(folder, "served"));
    const processes = new Set(names.map((name) => /Z-(\d+)-/.exec(name)?.[1]));
    expect(processes.size).toBe(2);
    expect(names.length).toBeGreaterThan(4);
    const { code, report } = await parity();
    expect(report).toMatchObject({ differ: 0, verdict: "agrees" });
    expect(report.log).toMatchObject({ answers: REQUESTS, files: names.length, dropped: 0, damaged: 0, unknown: 0 });
    expect(code).toBe(0);
  });

  it("says how many answers could not be kept", { timeout: 120_000 }, async () => {
    await rm(join(folder, "served"), { recursive: true });
    // Whatever waits to be written is too much, but for the first.
    await configured({ folder: "served", sample: "100%", bufferBytes: 1, flush: "10s" });
    const { url, stop } = await serve(folder, ["--workers", "2"]);
    await ask(url, REQUESTS);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const dropped = Number(/lockstep_serving_log_answers_total\{outcome="dropped"\} (\d+)/.exec(metrics)?.[1]);
    expect(await stop()).toBe(0);
    expect(dropped).toBe(REQUESTS - 2);
    const { report } = await parity();
    expect(report.log).toMatchObject({ answers: 2, dropped });
    expect(report).toMatchObject({ differ: 0, verdict: "agrees" });
  });

  it("is a sentence where there is nothing, and no secret where it is not a log", { timeout: 120_000 }, async () => {
    const missing = await fs(folder, ["parity", "--log", "nowhere"]);
    expect(missing.code).toBe(1);
    expect(missing.err).toMatch(/LOG_MISSING/);
    await writeFile(join(folder, "served", "2026-01-01T00-00-00.000Z-1-x-1.served"), "this is no log");
    const { report } = await parity();
    expect(report.log).toMatchObject({ damaged: 1, answers: 2 });
  });
});
