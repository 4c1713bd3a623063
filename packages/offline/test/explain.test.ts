import { existsSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { count, featureService, featureView } from "@lockstep/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { customer, openShop, orders, type Shop, shopping } from "./shop.js";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  await shop.db.run(`COPY (
    FROM read_parquet('${shop.folder}/orders.parquet') UNION ALL
    SELECT 'c1', NULL, 1.0 UNION ALL SELECT NULL, TIMESTAMP '2026-01-01', 1.0 UNION ALL SELECT NULL, NULL, 1.0
  ) TO '${shop.folder}/more.parquet'`);
});
afterAll(() => shop.close());

describe("explain", () => {
  it("counts what each step read and kept", async () => {
    const more = { ...orders, path: "more.parquet" } as typeof orders;
    const view = featureView("day", { entity: customer, source: more, features: () => ({ n: count().over("1d") }) });
    const labels = ["c1", "c1", "c2", null].map((c) => ({ customer: c, at: "2026-01-03T00:00:00Z" }));
    const frame = await shop.frame(featureService("daily", [view]), { labels, timestamp: "at" });
    expect(await frame.explain()).toEqual({
      labels: 4,
      views: [
        {
          view: "day",
          source: "orders",
          asks: 3,
          keys: 2,
          steps: [
            { step: "have an event time", read: 103, kept: 101 },
            { step: "have a knownAt", read: 101, kept: 101 },
            { step: "have a whole key", read: 101, kept: 100 },
            { step: "are of the keys asked for", read: 100, kept: 20 },
            { step: "are within reach of a label", read: 20, kept: 4 },
          ],
          pairs: 6,
        },
      ],
    });
    await frame.close();
  });
});

describe("partitioned Parquet", () => {
  it("is a folder that appears whole, and replaces another only where asked", async () => {
    const labels = { sql: "SELECT 'c' || (i % 3) AS customer, TIMESTAMP '2026-01-03' AS at FROM range(30) r(i)" };
    const frame = await shop.frame(shopping, { labels, timestamp: "at" });
    const folder = join(shop.folder, "parts");
    const write = (replace: boolean) => frame.writeParquet(folder, { partitionBy: ["customer"], replace });
    await write(false);
    expect(readdirSync(folder).sort()).toEqual(["customer=c0", "customer=c1", "customer=c2"]);
    await writeFile(join(folder, "other"), "");
    await expect(write(false)).rejects.toThrow("OUT_EXISTS");
    await write(true);
    expect(existsSync(join(folder, "other"))).toBe(false);
    const [read] = await shop.db.rows(`SELECT count(*)::INTEGER AS n FROM read_parquet('${folder}/**/*.parquet')`);
    expect(read).toEqual({ n: 30 });
    await expect(frame.writeParquet(folder, { partitionBy: ["custmer"] })).rejects.toThrow("did you mean 'customer'");
    expect(readdirSync(shop.folder).filter((name) => /partial|old/.test(name))).toEqual([]);
    await frame.close();
  });
});
