import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database } from "../src/index.js";
import { computed, leftTables, openShop, type Shop } from "./shop.js";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const many = (rows: number) => ({
  sql: `SELECT 'c' || (i % 11) AS customer, TIMESTAMP '2026-01-02' AS at, i AS x FROM range(${rows}) r(i)`,
});

describe("big frames", () => {
  it("on-demand functions run on every one of 230,000 rows", async () => {
    const frame = await shop.frame(computed, { labels: many(230_000), timestamp: "at" });
    expect(frame.rowCount).toBe(230_000);
    const [row] = await frame.query(
      "SELECT count(*)::INTEGER AS n, sum(doubled__y = 2 * x)::INTEGER AS right, count(DISTINCT doubled__text)::INTEGER AS texts FROM frame",
    );
    expect(row).toEqual({ n: 230_000, right: 230_000, texts: 230_000 });
    expect((await frame.arrow()).numRows).toBe(230_000);
    await frame.close();
    expect(await leftTables(shop.db.connection)).toEqual([]);
  });

  it("batches that another query cuts short are an error, never fewer rows", async () => {
    const frame = await shop.frame(computed, { labels: many(50_000), timestamp: "at" });
    const read = async () => {
      for await (const _ of frame.batches()) await frame.query("SELECT 1");
    };
    await expect(read()).rejects.toThrow("RESULT_CUT_SHORT");
    await frame.close();
  });

  it("an interruption leaves no temporary table and no partial file", async () => {
    const early = new AbortController();
    const onStep = (step: string) => void (step === "query" && setTimeout(() => early.abort(), 20));
    await expect(
      shop.frame(computed, { labels: many(500_000), timestamp: "at", signal: early.signal, onStep }),
    ).rejects.toThrow("INTERRUPTED");
    expect(await leftTables(shop.db.connection)).toEqual([]);
    const late = new AbortController();
    const frame = await shop.frame(computed, { labels: many(1_000), timestamp: "at", signal: late.signal });
    late.abort();
    await expect(frame.writeParquet(join(shop.folder, "out.parquet"))).rejects.toThrow("INTERRUPTED");
    await frame.close();
    expect(readdirSync(shop.folder).filter((name) => name.startsWith("out"))).toEqual([]);
    expect(await leftTables(shop.db.connection)).toEqual([]);
  });

  it("work larger than the memory spills into a folder that is removed", async () => {
    const db = await Database.open({ memoryLimit: "60MB", threads: 1, tempDirectory: shop.folder });
    const [folder] = await db.rows("SELECT current_setting('temp_directory') AS d");
    await db.run(
      "CREATE TEMP TABLE t AS SELECT i, repeat(i::VARCHAR, 20) AS s FROM range(600000) r(i) ORDER BY hash(i)",
    );
    expect(readdirSync(String(folder?.["d"])).length).toBeGreaterThan(0);
    db.close();
    expect(existsSync(String(folder?.["d"]))).toBe(false);
  });
});
