import { count, entity, featureService, featureView, parquet, t } from "@lockstep/core";
import { beforeAll, describe, expect, it } from "vitest";
import { accepts } from "../src/sources.js";
import { useLab } from "./lab.js";
import { AT, ORDERS, shopping } from "./orders.js";

const lab = useLab();
beforeAll(() => lab.parquet("orders.parquet", ORDERS));

const labels = [{ id: 1, asked: AT }];
const serviceOf = (path: string, columns: object, from: object = {}) =>
  featureService("s", [
    featureView("v", {
      entity: entity("customer", { id: t.int64() }),
      source: parquet("orders", {
        path,
        columns: { at: t.timestamp(), id: t.int64(), ...columns },
        eventTime: "at",
        from,
      }),
      features: () => ({ n: count().over("1h") }),
    }),
  ]);
const rows = (path: string, columns: object = {}, from: object = {}) =>
  lab.rows(serviceOf(path, columns, from), { labels, timestamp: "asked" });

describe("a source", () => {
  it("may be a path from the root, an absolute path or a glob", async () => {
    await lab.parquet("part-1.parquet", `${ORDERS} LIMIT 1`);
    await lab.parquet("part-2.parquet", `${ORDERS} LIMIT 3 OFFSET 1`);
    for (const path of ["orders.parquet", lab.path("orders.parquet"), "part-*.parquet"]) {
      expect((await rows(path))[0]).toMatchObject({ v__n: 2n });
    }
  });

  it("that is not there is named with its path", async () => {
    await expect(rows("none.parquet")).rejects.toThrow(
      `SOURCE_MISSING at source 'orders': there is no file ${lab.path("none.parquet")}; create it, or correct the source's path`,
    );
  });

  it("whose glob finds nothing is said to", async () => {
    await expect(rows("none-*.parquet")).rejects.toThrow("SOURCE_MISSING at source 'orders': no file matches");
  });

  it("that is no Parquet file says so in one line", async () => {
    lab.write("text.parquet", "not Parquet at all, but long enough to have a footer");
    const error = await rows("text.parquet").catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "OFFLINE_QUERY" });
    expect(String(error)).not.toContain("\n");
  });

  it("needs the columns that are declared, all of them named at once", async () => {
    await expect(rows("orders.parquet", { amont: t.int64(), shop: t.int32() })).rejects.toMatchObject({
      diagnostics: [
        {
          code: "SOURCE_COLUMN",
          place: "source 'orders'",
          what: `${lab.path("orders.parquet")} has no column 'amont' (did you mean 'amount'?)`,
          mend: "it has at, id, amount, shop",
        },
        {
          code: "SOURCE_COLUMN_TYPE",
          place: "source 'orders'",
          what: "column 'shop' is VARCHAR in the file and int32 in the declaration",
          mend: "declare the file's type, or write the file with the declared one",
        },
      ],
    });
  });

  it("may name its columns otherwise than the file", async () => {
    expect((await rows("orders.parquet", { price: t.int64() }, { price: "amount" }))[0]).toMatchObject({ v__n: 2n });
    await expect(rows("orders.parquet", { price: t.int64() }, { price: "amont" })).rejects.toThrow("no column 'amont'");
  });

  it("may be empty", async () => {
    await lab.parquet("empty.parquet", `${ORDERS} LIMIT 0`);
    const service = featureService("s", [
      featureView("v", {
        entity: entity("customer", { id: t.int64() }),
        source: parquet("orders", {
          path: "empty.parquet",
          columns: { at: t.timestamp(), id: t.int64() },
          eventTime: "at",
        }),
        features: (f) => ({ last: f.at, n: count().over("1h"), ever: count().over("lifetime") }),
      }),
    ]);
    const [row] = await lab.rows(service, { labels, timestamp: "asked", statuses: true });
    expect(row).toMatchObject({
      v__last: null,
      v__last__status: "MISSING",
      v__n: 0n,
      v__ever: 0n,
      v__n__status: "PRESENT",
    });
  });

  it("is not read where no view of the service is", async () => {
    expect((await lab.rows(shopping, { labels, timestamp: "asked" }))[0]).toMatchObject({ spending__orders_1h: 2n });
  });
});

describe("a column's type in the file", () => {
  it.each<[{ ir: Parameters<typeof accepts>[0] }, readonly string[], readonly string[]]>([
    [t.bool(), ["BOOLEAN"], ["INTEGER", "VARCHAR"]],
    [t.int32(), ["TINYINT", "USMALLINT", "INTEGER"], ["BIGINT", "UINTEGER", "DOUBLE"]],
    [t.int64(), ["SMALLINT", "UINTEGER", "BIGINT"], ["UBIGINT", "HUGEINT", "DECIMAL(18,0)"]],
    [t.float32(), ["FLOAT"], ["DOUBLE", "INTEGER"]],
    [t.float64(), ["FLOAT", "DOUBLE", "UINTEGER"], ["BIGINT", "DECIMAL(4,2)"]],
    [t.decimal(9, 2), ["DECIMAL(9,2)", "DECIMAL(4,1)", "DECIMAL(7,0)"], ["DECIMAL(9,3)", "DECIMAL(9,1)", "DOUBLE"]],
    [t.string(), ["VARCHAR", "UUID", "ENUM('a')"], ["BLOB", "INTEGER"]],
    [t.json(), ["JSON", "VARCHAR"], ["STRUCT(a INTEGER)"]],
    [t.bytes(), ["BLOB"], ["VARCHAR"]],
    [t.date(), ["DATE"], ["TIMESTAMP"]],
    [t.timestamp(), ["TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "DATE"], ["BIGINT", "TIME"]],
    [t.list(t.int64()), ["BIGINT[]", "INTEGER[]", "INTEGER[3]"], ["BIGINT", "VARCHAR", "VARCHAR[]", "BIGINT[][]"]],
    [t.list(t.list(t.string())), ["VARCHAR[][]"], ["VARCHAR[]"]],
    [t.vector(3), ["FLOAT[3]", "FLOAT[]"], ["FLOAT[2]", "DOUBLE[]", "FLOAT"]],
    [t.struct({ a: t.int64() }), ["STRUCT(a BIGINT)", "STRUCT(a INTEGER, b VARCHAR)"], ["VARCHAR", "BIGINT[]"]],
  ])("%o", (type, good, bad) => {
    expect(good.filter((physical) => !accepts(type.ir, physical))).toEqual([]);
    expect(bad.filter((physical) => accepts(type.ir, physical))).toEqual([]);
  });
});
