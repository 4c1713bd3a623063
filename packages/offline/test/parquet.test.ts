import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { useLab } from "./lab.js";
import { AT, ORDERS, shopping } from "./orders.js";

const lab = useLab();
beforeAll(() => lab.parquet("orders.parquet", ORDERS));
const frame = () => lab.frame(shopping, { labels: [{ id: 1, asked: AT, "it's": "x" }], timestamp: "asked" });

describe("a frame's Parquet file", () => {
  it("holds the labels and the features, in folders that are made for it", async () => {
    const made = await frame();
    const path = lab.path("new/deep/frame's.parquet");
    await made.writeParquet(path);
    expect(await lab.db.rows(`SELECT * FROM '${path.replaceAll("'", "''")}'`)).toMatchObject([
      { id: 1n, "it's": "x", spending__last_amount: 7n, spending__total_1h: 12n, spending__orders_1h: 2n },
    ]);
    expect(readdirSync(lab.path("new/deep"))).toEqual(["frame's.parquet"]);
    await made.close();
  });

  it.each(["zstd", "snappy", "none"] as const)("is compressed by %s where that is asked", async (compression) => {
    const made = await frame();
    const path = lab.path(`${compression}.parquet`);
    await made.writeParquet(path, { compression });
    const [meta] = await lab.db.rows(`SELECT DISTINCT compression FROM parquet_metadata('${path}')`);
    expect(meta).toEqual({ compression: compression === "none" ? "UNCOMPRESSED" : compression.toUpperCase() });
    await made.close();
  });

  it("replaces an older one only when it is complete, and leaves no part of itself after a failure", async () => {
    const made = await frame();
    const folder = lab.path("kept");
    mkdirSync(folder);
    const path = join(folder, "frame.parquet");
    await made.writeParquet(path);
    await made.close();
    // The frame's rows are gone, so that writing them again fails midway.
    await expect(made.writeParquet(path)).rejects.toMatchObject({ code: "OFFLINE_QUERY" });
    expect(readdirSync(folder)).toEqual(["frame.parquet"]);
    expect(await lab.db.rows(`SELECT count(*) AS n FROM '${path}'`)).toEqual([{ n: 1n }]);
  });

  it("leaves no part of itself where its place is taken by a folder", async () => {
    const made = await frame();
    mkdirSync(lab.path("taken/frame.parquet"), { recursive: true });
    await expect(made.writeParquet(lab.path("taken/frame.parquet"))).rejects.toThrow();
    expect(readdirSync(lab.path("taken"))).toEqual(["frame.parquet"]);
    await made.close();
  });

  it("can be written twice at once", async () => {
    const made = await frame();
    await Promise.all([made.writeParquet(lab.path("twice.parquet")), made.writeParquet(lab.path("twice.parquet"))]);
    expect(await lab.db.rows(`SELECT count(*) AS n FROM '${lab.path("twice.parquet")}'`)).toEqual([{ n: 1n }]);
    await made.close();
  });
});

describe("a frame", () => {
  it("comes in batches, in order", async () => {
    const labels = {
      sql: `SELECT 1::BIGINT AS id, TIMESTAMP '2001-03-01 12:30:00' AS asked, i AS n FROM range(10000) t(i)`,
    };
    const made = await lab.frame(shopping, { labels, timestamp: "asked" });
    const seen: bigint[] = [];
    let batches = 0;
    for await (const batch of made.batches()) {
      batches++;
      for (const n of batch.getChild("n") ?? []) seen.push(n);
    }
    expect(batches).toBeGreaterThan(1);
    expect(seen).toEqual(Array.from({ length: 10_000 }, (_, i) => BigInt(i)));
    expect(await made.head(2)).toHaveLength(2);
    expect(await made.head(-1)).toEqual([]);
    expect((await made.arrow()).numRows).toBe(10_000);
    await made.close();
  });

  it("answers queries of its reader's", async () => {
    const made = await frame();
    expect(await made.query("SELECT sum(spending__total_1h)::BIGINT AS total FROM frame")).toEqual([{ total: 12n }]);
    await made.close();
  });

  it("leaves nothing in the database once it is closed", async () => {
    const tables = () => lab.db.rows("SELECT table_name FROM duckdb_tables()");
    const before = await tables();
    await (await frame()).close();
    expect(await tables()).toEqual(before);
  });
});
