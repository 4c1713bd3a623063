import { open } from "node:fs/promises";
import { join } from "node:path";
import { compileRepo, count, featureService, featureView } from "@lockstep/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localSources, trainingFrame } from "../src/index.js";
import { customer, openShop, orders, type Shop } from "./shop.js";

// 400,000 orders, a minute apart, in time's order: 20 row groups of 20,480 rows, two weeks each.
const ROWS = 400_000;
let shop: Shop;
beforeAll(async () => {
  shop = await openShop(ROWS, 60, ", ROW_GROUP_SIZE 20480");
});
afterAll(() => shop.close());

const recent = featureService("recent", [
  featureView("counted", { entity: customer, source: orders, features: () => ({ n: count().over("1d") }) }),
]);

/** Overwrites the row groups of the first 100,000 orders: who reads them fails. */
async function spoilTheOldest(path: string): Promise<number> {
  const chunks = await shop.db.rows(
    `SELECT row_group_id::INTEGER AS g, coalesce(nullif(dictionary_page_offset, 0), data_page_offset)::INTEGER AS at,
      total_compressed_size::INTEGER AS size FROM parquet_metadata('${path}') WHERE row_group_id < 5`,
  );
  const file = await open(path, "r+");
  for (const { at, size } of chunks) await file.write(Buffer.alloc(Number(size), 0xff), 0, Number(size), Number(at));
  await file.close();
  return new Set(chunks.map((c) => c["g"])).size;
}

describe("row groups that no label reaches", () => {
  it("are never read", async () => {
    const { ir, computations } = compileRepo("p", [recent]);
    const [service] = ir.services;
    if (!service) throw new Error("no service");
    const ask = (at: string) =>
      trainingFrame({ db: shop.db, repo: ir, computations, sources: localSources(shop.folder) }, service, {
        labels: [{ customer: "c1", at }],
        timestamp: "at",
      });
    expect(await spoilTheOldest(join(shop.folder, "orders.parquet"))).toBe(5);
    const frame = await ask("2026-06-01T00:00:00Z");
    expect(await frame.rows()).toMatchObject([{ counted__n: 144n }]);
    const [plan] = await shop.db.rows(`EXPLAIN ${frame.sql}`);
    expect(String(plan?.["explain_value"]).replaceAll(/[\s│]+/g, "")).toContain("at<='2026-06-01");
    await frame.close();
    await expect(ask("2026-01-20T00:00:00Z")).rejects.toThrow("OFFLINE_QUERY");
  });
});
