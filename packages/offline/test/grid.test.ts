import { count, entity, featureService, featureView, parquet, t } from "@lockstep/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { computed, customer, leftTables, openShop, orders, type Shop, shopping, spending } from "./shop.js";

// An order an hour: c0 at 00:00, c1 at 01:00, .. c9 at 09:00, c0 at 10:00, ..
let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const DAY = "2026-01-01T";
const at = (hours: number) => 1767225600000000n + BigInt(hours) * 3_600_000_000n;

async function rowsOf(...[service, options]: Parameters<Shop["frame"]>) {
  const frame = await shop.frame(service, options);
  const rows = await frame.rows();
  await frame.close();
  expect(await leftTables(shop.db.connection)).toEqual([]);
  return rows;
}

describe("frames without labels", () => {
  it("every key as of an instant: those with a row by then", async () => {
    const rows = await rowsOf(shopping, { asOf: `${DAY}02:00:00Z` });
    expect(rows.map((r) => [r["customer"], r["timestamp"], r["spending__last"]])).toEqual([
      ["c0", at(2), 0],
      ["c1", at(2), 1],
      ["c2", at(2), 2],
    ]);
    expect(await rowsOf(shopping, { asOf: "2025-12-31T00:00:00Z" })).toEqual([]);
  });

  it("all keys, at several instants each from when it is known", async () => {
    const grid = { keys: "all", at: { from: `${DAY}00:30:00Z`, to: `${DAY}01:30:00Z`, every: "30m" } } as const;
    const rows = await rowsOf(shopping, { grid, timestamp: "t" });
    expect(rows.map((r) => [r["customer"], r["t"], r["spending__n"]])).toEqual([
      ["c0", at(0) + 1_800_000_000n, 1n],
      ["c0", at(1), 1n],
      ["c0", at(1) + 1_800_000_000n, 1n],
      ["c1", at(1), 0n],
      ["c1", at(1) + 1_800_000_000n, 1n],
    ]);
  });

  it("rows or a query as keys, with what on-demand functions ask for", async () => {
    const keys = [
      { customer: "c2", x: 4n },
      { customer: "nobody", x: null },
    ];
    const instants = [`${DAY}12:00:00Z`, at(2)];
    const rows = await rowsOf(computed, { grid: { keys, at: instants } });
    expect(rows.map((r) => [r["customer"], r["timestamp"], r["spending__last"], r["doubled__y"]])).toEqual([
      ["c2", at(12), 12, 8n],
      ["c2", at(2), 2, 8n],
      ["nobody", at(12), null, null],
      ["nobody", at(2), null, null],
    ]);
    const sql = "SELECT * FROM (VALUES ('c2', 4::BIGINT), ('nobody', NULL)) v(customer, x)";
    expect(await rowsOf(computed, { grid: { keys: { sql }, at: instants } })).toEqual(rows);
  });

  it("a key whose only row is known late is there from then on", async () => {
    const late = parquet("late", {
      path: "orders.parquet",
      columns: { customer: t.string(), at: t.timestamp() },
      eventTime: "at",
      knownAt: (f) => f.at.plus("2h"),
    });
    const view = featureView("late", { entity: customer, source: late, features: () => ({ n: count().over("1d") }) });
    const rows = await rowsOf(featureService("lately", [view]), { asOf: `${DAY}03:00:00Z` });
    expect(rows.map((r) => r["customer"])).toEqual(["c0", "c1"]);
  });

  it("several entities, or no instant, are errors that say what to give", async () => {
    const other = entity("other", { customer: t.string(), at: t.timestamp() });
    const view = featureView("other", { entity: other, source: orders, features: (f) => ({ amount: f.amount }) });
    const both = featureService("both", [spending, view]);
    await expect(rowsOf(both, { asOf: at(3), timestamp: "now" })).rejects.toThrow(/GRID_ENTITIES.*grid: \{ keys/);
    const twice = featureService("twice", [spending, spending.as("payer", { customer: "payer" })]);
    await expect(rowsOf(twice, { asOf: at(3) })).rejects.toThrow("GRID_ENTITIES");
    await expect(rowsOf(shopping, { grid: { keys: "all", at: [] } })).rejects.toThrow("GRID_INSTANTS");
  });
});
