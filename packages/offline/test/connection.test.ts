import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leftTables, openShop, type Shop, shopping } from "./shop.js";

let shop: Shop;
let instance: DuckDBInstance;
beforeAll(async () => {
  shop = await openShop();
  instance = await DuckDBInstance.create(":memory:");
});
afterAll(async () => {
  instance.closeSync();
  await shop.close();
});

async function connect() {
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'Asia/Tokyo'");
  await connection.run("SET preserve_insertion_order = false");
  await connection.run(
    "CREATE OR REPLACE TABLE asked AS SELECT 'c' || i AS customer, TIMESTAMP '2026-01-02' AS at FROM range(3) r(i)",
  );
  return connection;
}
const settings = async (connection: Awaited<ReturnType<typeof connect>>) =>
  (
    await connection.runAndReadAll(
      "SELECT current_setting('TimeZone'), current_setting('preserve_insertion_order')::VARCHAR",
    )
  ).getRows()[0];

describe("labels in a connection of one's own", () => {
  it("a table or a query of it, and everything is put back at the end", async () => {
    const connection = await connect();
    const first = await shop.frame(shopping, { labels: { connection, table: "asked" }, timestamp: "at" });
    const second = await shop.frame(shopping, {
      labels: { connection, sql: "SELECT * FROM asked WHERE customer > 'c0'" },
      timestamp: "at",
    });
    expect((await first.rows()).map((r) => [r["customer"], r["spending__last"]])).toEqual([
      ["c0", 20],
      ["c1", 21],
      ["c2", 22],
    ]);
    expect(await settings(connection)).toEqual(["UTC", "true"]);
    await first.close();
    expect((await second.rows()).length).toBe(2);
    await second.close();
    await second.close();
    expect(await settings(connection)).toEqual(["Asia/Tokyo", "false"]);
    expect(await leftTables(connection)).toEqual([]);
    expect((await connection.runAndReadAll("SELECT count(*) FROM asked")).getRows()).toEqual([[3n]]);
    connection.closeSync();
  });

  it("is left as it was where the frame fails", async () => {
    const connection = await connect();
    await expect(
      shop.frame(shopping, { labels: { connection, table: "asked" }, timestamp: "nothing" }),
    ).rejects.toThrow("LABELS_COLUMN");
    expect(await settings(connection)).toEqual(["Asia/Tokyo", "false"]);
    expect(await leftTables(connection)).toEqual([]);
    connection.closeSync();
  });
});
