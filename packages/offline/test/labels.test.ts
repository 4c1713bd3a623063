import { instant } from "@lockstep/core";
import { beforeAll, describe, expect, it } from "vitest";
import type { Labels } from "../src/index.js";
import { useLab } from "./lab.js";
import { AT, at, ORDERS, shopping } from "./orders.js";

const lab = useLab();
beforeAll(() => lab.parquet("orders.parquet", ORDERS));

/** Out of order, a duplicate, a null key, an unknown key, a key of the future. */
const IDS = [2n, 1n, 1n, null, 99n, 3n];
const EXPECTED = [
  [2n, null, null, 1n],
  [1n, 7n, 12n, 2n],
  [1n, 7n, 12n, 2n],
  [null, null, null, 0n],
  [99n, null, null, 0n],
  [3n, null, null, 0n],
];
const SQL = `SELECT unnest([2, 1, 1, NULL, 99, 3])::BIGINT AS id, TIMESTAMP '2001-03-01 12:30:00' AS asked`;

describe("labels", () => {
  it.each<[string, () => Promise<Labels> | Labels]>([
    ["Parquet", () => lab.parquet("labels.parquet", SQL)],
    ["a CSV file", () => lab.write("labels.csv", `id,asked\n${IDS.map((id) => `${id ?? ""},${AT}`).join("\n")}\n`)],
    ["an NDJSON file", () => lab.write("labels.ndjson", IDS.map((id) => `{"id":${id},"asked":"${AT}"}`).join("\n"))],
    ["a JSON file", () => lab.write("labels.json", `[${IDS.map((id) => `{"id":${id},"asked":"${AT}"}`).join(",")}]`)],
    ["a query", () => ({ sql: SQL })],
    ["row objects", () => IDS.map((id) => ({ id, asked: AT }))],
    [
      "row objects with a key left out",
      () => IDS.map((id) => ({ asked: at, ...(id === null ? {} : { id: Number(id) }) })),
    ],
  ])("from %s: as many rows out as in, in their order", async (_, labels) => {
    const rows = await lab.rows(shopping, { labels: await labels(), timestamp: "asked" });
    expect(
      rows.map((r) => [r["id"], r["spending__last_amount"], r["spending__total_1h"], r["spending__orders_1h"]]),
    ).toEqual(EXPECTED);
    expect(rows.map((r) => r["asked"])).toEqual(IDS.map(() => at));
  });

  it("may be many, and stay in their order", async () => {
    const sql = `SELECT (hash(i) % 4)::BIGINT AS id, TIMESTAMP '2001-03-01 12:00:00' + to_seconds((hash(i) % 3600)::BIGINT) AS asked,
      i AS n FROM range(20000) t(i)`;
    const frame = await lab.frame(shopping, { labels: { sql }, timestamp: "asked" });
    const [ordered] = await frame.query(
      "SELECT count(*) AS n, bool_and(n = r) AS same FROM (SELECT n, row_number() OVER () - 1 AS r FROM frame)",
    );
    expect(ordered).toEqual({ n: 20_000n, same: true });
    await frame.close();
  });

  it("may be none", async () => {
    for (const labels of [[], { sql: `${SQL} LIMIT 0` }]) {
      const frame = await lab.frame(shopping, { labels, timestamp: "asked" });
      expect(frame.rowCount).toBe(0);
      expect(await frame.rows()).toEqual([]);
      expect((await frame.arrow()).numRows).toBe(0);
      expect(frame.columns.map((c) => c.name)).toEqual([
        "id",
        "asked",
        "spending__last_amount",
        "spending__total_1h",
        "spending__orders_1h",
      ]);
      await frame.close();
    }
  });

  it("may have a timestamp with a zone, or a day", async () => {
    const ask = async (sql: string) => {
      const [row] = await lab.rows(shopping, { labels: { sql }, timestamp: "asked" });
      return [row?.["spending__orders_1h"], row?.["asked"]];
    };
    expect(await ask("SELECT 1::BIGINT AS id, TIMESTAMPTZ '2001-03-01 13:05:00+01' AS asked")).toEqual([
      1n,
      instant("2001-03-01T12:05Z"),
    ]);
    expect(await ask("SELECT 1::BIGINT AS id, DATE '2001-03-02' AS asked")).toEqual([0n, "2001-03-02"]);
    expect(await ask("SELECT 1::BIGINT AS id, TIMESTAMP_NS '2001-03-01 12:10:00.000000999' AS asked")).toEqual([
      1n,
      instant("2001-03-01T12:10Z"),
    ]);
  });

  it("keep int64 exact beyond 2^53 as keys and as columns", async () => {
    const big = 2n ** 53n + 1n;
    const [row] = await lab.rows(shopping, {
      labels: [{ id: big, asked: at, other: -(2n ** 63n) }],
      timestamp: "asked",
    });
    expect(row).toMatchObject({ id: big, other: -(2n ** 63n), spending__orders_1h: 0n });
  });

  it("may hold a column that an input is", async () => {
    const rows = await lab.rows(shopping, {
      labels: [{ id: 1, asked: AT, note: "it's", good: true, score: 0.5 }],
      timestamp: "asked",
    });
    expect(rows[0]).toMatchObject({ id: 1n, asked: at, note: "it's", good: true, score: 0.5 });
  });
});
