import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { entity, featureService, featureView, isLockstepError, parquet, t } from "@lockstep/core";
import * as arrow from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openShop, type Shop, shopping } from "./shop.js";

const T = 1767312000000000n; // 2026-01-02

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const asked = (customers: readonly (string | null)[]) =>
  new arrow.Table({
    customer: arrow.vectorFromArray(customers, new arrow.Utf8()),
    at: arrow.makeVector(
      arrow.makeData({
        type: new arrow.TimestampMicrosecond("UTC"),
        length: customers.length,
        data: new BigInt64Array(customers.length).fill(T),
      }),
    ),
  });

describe("labels from Arrow", () => {
  it("a table, its slice and its batches give what row objects give", async () => {
    const customers = ["c1", null, "c2", "c1", "", "a name of more than twelve bytes", "c3"];
    const rows = customers.map((customer) => ({ customer, at: T }));
    const expected = await (await shop.frame(shopping, { labels: rows, timestamp: "at" })).rows();
    const table = asked(customers);
    for (const labels of [
      table,
      table.batches,
      (async function* () {
        yield* table.batches;
      })(),
    ]) {
      const frame = await shop.frame(shopping, { labels, timestamp: "at" });
      expect(await frame.rows()).toEqual(expected);
      await frame.close();
    }
    const sliced = await shop.frame(shopping, { labels: table.slice(2, 6), timestamp: "at" });
    expect(await sliced.rows()).toEqual(expected.slice(2, 6));
    await sliced.close();
  });

  it("nanoseconds leave as they came, and are floored where a feature is asked for", async () => {
    const instants = [T * 1000n + 999n, -1n];
    const at = (values: readonly bigint[]) =>
      arrow.makeVector(
        arrow.makeData({ type: new arrow.TimestampNanosecond(), length: 2, data: BigInt64Array.from(values) }),
      );
    const labels = new arrow.Table({
      customer: arrow.vectorFromArray(["c1", "c2"], new arrow.Utf8()),
      at: at(instants),
      noted: at([5n, -5n]),
    });
    const frame = await shop.frame(shopping, { labels, timestamp: "at" });
    const out = await frame.arrow();
    expect(out.getChild("at")?.data[0]?.values).toEqual(BigInt64Array.from(instants));
    expect(out.getChild("noted")?.data[0]?.values).toEqual(BigInt64Array.from([5n, -5n]));
    expect(await frame.rows()).toMatchObject([
      { at: T, noted: 0n, spending__last: 21 },
      { at: -1n, noted: -1n, spending__last: null },
    ]);
    const path = join(shop.folder, "nanoseconds.parquet");
    await frame.writeParquet(path);
    await frame.close();
    expect(await shop.db.rows(`SELECT typeof("at") AS type, epoch_ns("at") AS ns FROM '${path}'`)).toEqual(
      instants.map((ns) => ({ type: "TIMESTAMP_NS", ns })),
    );
  });

  it.each([true, false])("an Arrow IPC file (file format: %s)", async (isFile) => {
    const path = join(shop.folder, `labels-${isFile}.arrow`);
    await writeFile(path, arrow.tableToIPC(asked(["c1", "c9"]), isFile ? "file" : "stream"));
    const frame = await shop.frame(shopping, { labels: path, timestamp: "at" });
    expect((await frame.rows()).map((r) => r["spending__last"])).toEqual([21, 19]);
    await frame.close();
  });

  it("what is no Arrow file, has no batch or an unknown type is an error that says so", async () => {
    const path = join(shop.folder, "broken.feather");
    await writeFile(path, "no arrow at all");
    const code = (labels: never) =>
      shop.frame(shopping, { labels, timestamp: "at" }).then(
        () => "none",
        (error: unknown) => (isLockstepError(error) ? error.code : String(error)),
      );
    expect(await code(path as never)).toBe("LABELS_FORMAT");
    expect(await code(join(shop.folder, "none.arrow") as never)).toBe("LABELS_MISSING");
    expect(await code((async function* () {})() as never)).toBe("LABELS_MISSING");
    const spans = new arrow.Table({
      d: arrow.makeVector(arrow.makeData({ type: new arrow.DurationSecond(), length: 1, data: new BigInt64Array(1) })),
    });
    expect(await code(spans as never)).toBe("LABELS_COLUMN_TYPE");
  });
});

describe("every type arrives as it left", () => {
  const key = entity("thing", { id: t.int64() });
  const source = parquet("things", {
    path: "orders.parquet",
    columns: { id: { ...t.int64() }, at: t.timestamp() },
    eventTime: "at",
  });
  const things = featureService("things", [
    featureView("things", { entity: key, source, features: (f) => ({ at: f.at }) }),
  ]);

  it("through the engine and back", async () => {
    await shop.db.run(`CREATE TABLE things AS SELECT 1::BIGINT AS id, TIMESTAMP '2026-01-01' AS at`);
    const { repo, computations } = shop.context(things);
    const tables = { relation: () => "things", place: () => "things", exists: () => true };
    const { trainingFrame } = await import("../src/index.js");
    const sql = `SELECT 9007199254740993 + i AS id, TIMESTAMP '1969-12-31 23:59:59.999999' AS at,
      i % 2 = 0 AS b, (i % 100 - 3)::TINYINT AS i8, i::USMALLINT AS u16, (i - 3)::INTEGER AS i32, i::UINTEGER AS u32,
      18446744073709551615::UBIGINT AS u64, CASE i WHEN 0 THEN 'NaN'::DOUBLE WHEN 1 THEN '-0.0'::DOUBLE WHEN 2 THEN 'inf'::DOUBLE ELSE 0.1 END AS f64,
      CASE i WHEN 1 THEN '-0.0'::FLOAT ELSE 0.1::FLOAT END AS f32, (-1.25)::DECIMAL(4,2) AS d4, 123456.78::DECIMAL(9,2) AS d9,
      -1234567890.123::DECIMAL(18,3) AS d18, '-12345678901234567890123456789012345.678'::DECIMAL(38,3) AS d38,
      CASE WHEN i <> 1 THEN repeat('ü', (i % 50)::BIGINT) END AS s, '\\x00\\xFF'::BLOB AS bin, DATE '1969-12-31' AS day,
      CASE WHEN i <> 2 THEN [1, NULL, i] END AS list, [0.5, 1.5, 2.5]::FLOAT[3] AS v,
      CASE WHEN i <> 4 THEN {'a': i, 'b c': [{'d': 'x' || i}]} END AS st, TIMESTAMP_S '2026-01-01 00:00:01' AS ts,
      TIMESTAMP_MS '2026-01-01 00:00:01.001' AS tms, '{"a": 1}'::JSON AS j
      FROM range(5000) r(i)`;
    const context = { db: shop.db, repo, computations, sources: tables };
    const [service] = repo.services;
    if (!service) throw new Error("no service");
    const first = await trainingFrame(context, service, { labels: { sql }, timestamp: "at" });
    const table = await first.arrow();
    const own = table.select(first.columns.flatMap((c) => (c.role === "label" ? [c.name] : [])));
    const again = await trainingFrame(context, service, { labels: own, timestamp: "at" });
    expect(again.columns.map(({ name, type }) => ({ name, type }))).toEqual(
      first.columns.map(({ name, type }) => ({ name, type: type.kind === "json" ? { kind: "string" } : type })),
    );
    const [a, b] = [await first.rows(), await again.rows()];
    expect(b).toEqual(a);
    expect(a[1]).toMatchObject({
      id: 9007199254740994n,
      at: -1n,
      b: false,
      i8: -2,
      u64: "18446744073709551615",
      f64: -0,
      f32: -0,
      d4: "-1.25",
      d38: "-12345678901234567890123456789012345.678",
      s: null,
      day: "1969-12-31",
      list: [1n, null, 1n],
      v: [0.5, 1.5, 2.5],
      st: { a: 1n, "b c": [{ d: "x1" }] },
      ts: 1767225601000000n,
      tms: 1767225601001000n,
      j: '{"a": 1}',
    });
    expect(Object.is(b[1]?.["f64"], -0) && Object.is(b[1]?.["f32"], -0)).toBe(true);
    expect([a[2]?.["list"], a[4]?.["st"]]).toEqual([null, null]);
    expect(a.length).toBe(5000);
    await first.close();
    await again.close();
  });

  it("dictionaries, views of text, nanoseconds and half floats", async () => {
    const ns = arrow.makeVector(
      arrow.makeData({
        type: new arrow.TimestampNanosecond(),
        length: 2,
        data: new BigInt64Array([-1n, T * 1000n + 999n]),
      }),
    );
    const table = new arrow.Table({
      customer: arrow.vectorFromArray(["c1", "c2"], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())),
      at: ns,
      half: arrow.makeVector(
        arrow.makeData({ type: new arrow.Float16(), length: 2, data: new Uint16Array([0x3c00, 0xc000]) }),
      ),
      large: arrow.vectorFromArray(["one", "another one, longer"], new arrow.LargeUtf8()),
    });
    const frame = await shop.frame(shopping, { labels: table, timestamp: "at" });
    expect(await frame.rows()).toMatchObject([
      { customer: "c1", at: -1n, half: 1, large: "one", spending__last: null },
      { customer: "c2", at: T, half: -2, large: "another one, longer", spending__last: 22 },
    ]);
    await frame.close();
  });
});
