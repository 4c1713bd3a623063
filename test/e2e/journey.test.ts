import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@lockstep/client";
import type { FeatureService, t } from "@lockstep/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { fs, serve, workspace } from "./run-fs.js";

type NextOrder = FeatureService<
  "next_order",
  { customer_id: ReturnType<typeof t.string> },
  {
    spending__last_amount: ReturnType<typeof t.float64>;
    spending__orders_ever: ReturnType<typeof t.int64>;
  }
>;

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

describe.each(["lmdb", "redis"])("from an empty folder to a parity-checked answer, on %s", (kind) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-journey-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("init writes a repo that works", async () => {
    expect(await fs(folder, ["init", "."])).toMatchObject({ code: 0 });
    await symlink(join(workspace, "node_modules"), join(folder, "node_modules"));
    if (kind === "redis") {
      const config = join(folder, "lockstep.config.ts");
      const text = await readFile(config, "utf8");
      await writeFile(config, text.replace("clock:", `online: { kind: "redis", url: { env: "SHOP_REDIS" } }, clock:`));
    }
    process.env["SHOP_REDIS"] = redis.url;
  });

  it("reading before anything is applied or materialized says what to do", async () => {
    const before = await fs(folder, ["get", "next_order", "customer_id=c1"]);
    expect(before.code).toBe(1);
    expect(before.err).toContain("NOT_APPLIED");
    expect((await fs(folder, ["apply"])).code).toBe(0);
    const after = await fs(folder, ["get", "next_order", "customer_id=c1"]);
    expect(after.code).toBe(1);
    expect(after.err).toContain("NOT_MATERIALIZED");
    expect(after.err).toContain("fs materialize");
  });

  it("applying the same again changes nothing", async () => {
    expect(JSON.parse((await fs(folder, ["plan", "--json"])).out)).toMatchObject({ isEmpty: true });
    expect((await fs(folder, ["apply"])).out).toContain("No changes");
  });

  it("trains, materializes, reads and agrees", async () => {
    const train = await fs(folder, [
      "train",
      "next_order",
      "--labels",
      "labels.csv",
      "--timestamp",
      "asked_at",
      "--out",
      "train.parquet",
    ]);
    expect(train).toMatchObject({ code: 0 });
    const materialized = await fs(folder, ["materialize", "--json"]);
    expect(materialized.code).toBe(0);
    expect(materialized.out).toContain('"keys": 4');
    const got = await fs(folder, ["get", "next_order", "customer_id=c1", "--statuses", "--json"]);
    expect(got.code).toBe(0);
    expect(got.out).toContain('"PRESENT"');
    const parity = await fs(folder, ["parity", "--json"]);
    expect(parity.code).toBe(0);
    expect(JSON.parse(parity.out)).toMatchObject({ differ: 0 });
  });

  it("serves over HTTP to the typed client, and stops gracefully", async () => {
    const server = await serve(folder);
    const client = createClient<NextOrder>({ url: server.url, service: "next_order" });
    const rows = await client.features([{ customer_id: "c1" }, { customer_id: "nobody" }, { customer_id: "c1" }]);
    expect(rows[0]?.spending__orders_ever).toBe(5n);
    expect(rows[1]?.spending__orders_ever).toBe(0n);
    expect(rows[1]?.spending__last_amount).toBeNull();
    expect(rows[2]).toEqual(rows[0]);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });

  it("the definition before a changed one is served until that is materialized", async () => {
    const get = ["get", "next_order", "customer_id=c1"];
    const before = await fs(folder, get);
    expect(before.code).toBe(0);
    const features = join(folder, "features.ts");
    await writeFile(features, (await readFile(features, "utf8")).replace(`over("3d")`, `over("2d")`));
    const plan = await fs(folder, ["plan"]);
    expect(plan.out).toContain("spending");
    expect(plan.out).toMatch(/3d.*2d/);
    expect((await fs(folder, ["apply"])).code).toBe(0);
    const served = async () => JSON.parse((await fs(folder, ["status", "--json"])).out);
    expect(await served()).toMatchObject({ version: 2, served: 1 });
    expect(await fs(folder, get)).toEqual(before);
    expect((await fs(folder, ["materialize"])).code).toBe(0);
    expect(await served()).toMatchObject({ version: 2, served: 2 });
    expect((await fs(folder, get)).code).toBe(0);
  });

  it("mistakes are sentences with a non-zero exit, never a stack", async () => {
    for (const args of [
      ["materialise"],
      ["get", "next_ordr", "customer_id=c1"],
      ["get", "next_order", "customer=c1"],
      ["get", "next_order", "customer_id=c1", "--at", "2020-01-01T00:00:00Z"],
      ["get", "next_order", "customer_id=c1", "--at", "yesterday"],
      ["train", "next_order", "--labels", "missing.csv", "--timestamp", "asked_at", "--out", "x.parquet"],
      ["train", "next_order", "--labels", "labels.csv", "--timestamp", "askedat", "--out", "x.parquet"],
      ["materialize", "spendings"],
      ["materialize", "--at", "2099-01-01T00:00:00Z"],
      ["describe", "nothing"],
      ["--env", "production", "status"],
    ]) {
      const { code, err, out } = await fs(folder, args);
      expect(code, args.join(" ")).toBe(1);
      expect(`${err}${out}`, args.join(" ")).not.toMatch(/\n\s+at .*\(?.*:\d+:\d+\)?/);
      expect(err.trim().length, args.join(" ")).toBeGreaterThan(20);
    }
  });

  it("a broken declaration names its file and line", async () => {
    const features = join(folder, "features.ts");
    const text = await readFile(features, "utf8");
    await writeFile(features, `${text}\nexport const broken = ;\n`);
    const broken = await fs(folder, ["plan"]);
    expect(broken.code).toBe(1);
    expect(broken.err).toContain("features.ts:");
    await writeFile(features, text);
  });
});
