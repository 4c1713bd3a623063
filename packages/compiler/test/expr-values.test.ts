import {
  type AnyExpr,
  days,
  featureView,
  iff,
  minutes,
  parquet,
  type RowOf,
  type TypeIR,
  t,
  type Value,
} from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { duckdb } from "../src/index.js";
import { exprSql } from "../src/lower/expr.js";

const columns = {
  at: t.timestamp(),
  i: t.int32(),
  n: t.int64(),
  f: t.float32(),
  d: t.float64(),
  m: t.decimal(9, 2),
  m3: t.decimal(9, 3),
  s: t.string(),
  b: t.bool(),
  raw: t.bytes(),
  tags: t.list(t.string()),
};
type Row = RowOf<typeof columns>;

function expression(make: (f: Row) => AnyExpr): AnyExpr {
  const made: AnyExpr[] = [];
  featureView("v", {
    source: parquet("s", { path: "", columns, eventTime: "at" }),
    features: (f) => {
      made.push(make(f));
      return { n: f.n };
    },
  });
  return made[0] as AnyExpr;
}

/** The one row that expressions are tried on. */
const ROW = `SELECT TIMESTAMP '2001-03-01 12:00:00' AS "at", 7::INTEGER AS "i", (-7)::BIGINT AS "n", 0.1::FLOAT AS "f",
  'NaN'::DOUBLE AS "d", 1.25::DECIMAL(9,2) AS "m", 0.125::DECIMAL(9,3) AS "m3", 'é' AS "s", NULL::BOOLEAN AS "b",
  '\\x00\\xFF'::BLOB AS "raw", ['a, b', NULL, '"'] AS "tags"`;

describe("an expression's value", () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.open({ threads: 1 });
  });
  afterAll(() => db.close());

  /** The value, read as the type that the expression says it has, and the type that the engine gave it. */
  async function evaluate(expr: AnyExpr): Promise<[value: Value, type: string]> {
    const sql = exprSql(duckdb, expr.ir);
    const [described] = await db.rows(`SELECT typeof(${sql}) AS type FROM (${ROW})`);
    let value: Value = null;
    for await (const chunk of db.chunks(`SELECT ${sql} AS x FROM (${ROW})`))
      value = chunk.column(0, expr.ir.type).get(0);
    return [value, String(described?.["type"])];
  }

  const int64: TypeIR = { kind: "int64" };
  it.each<[string, (f: Row) => AnyExpr, Value, TypeIR]>([
    ["int32 beyond 32 bits", (f) => f.i.times(1_000_000_000), 7_000_000_000n, int64],
    ["-int32", (f) => f.i.negate(), -7n, int64],
    ["the least int64", (f) => f.n.minus(-(2n ** 63n)), 2n ** 63n - 7n, int64],
    ["idiv rounds to zero", (f) => f.n.idiv(2), -3n, int64],
    ["idiv by zero", (f) => f.n.idiv(0), null, int64],
    ["idiv of int32", (f) => f.i.idiv(2), 3n, int64],
    ["div by zero", (f) => f.n.div(0), -Infinity, { kind: "float64" }],
    ["float32 + float32 in 64 bits", (f) => f.f.plus(f.f), 2 * Math.fround(0.1), { kind: "float64" }],
    ["float32 + literal in 64 bits", (f) => f.f.plus(0.1), Math.fround(0.1) + 0.1, { kind: "float64" }],
    ["-float32", (f) => f.f.negate(), -Math.fround(0.1), { kind: "float64" }],
    ["float32 * int64", (f) => f.f.times(f.n), Math.fround(0.1) * -7, { kind: "float64" }],
    ["decimal + float", (f) => f.m.plus(f.f), 1.25 + Math.fround(0.1), { kind: "float64" }],
    ["decimal + decimal", (f) => f.m.plus(f.m), "2.50", { kind: "decimal", precision: 38, scale: 2 }],
    ["decimals of two scales", (f) => f.m.minus(f.m3), "1.125", { kind: "decimal", precision: 38, scale: 3 }],
    ["decimal * decimal", (f) => f.m.times(f.m3), "0.15625", { kind: "decimal", precision: 38, scale: 5 }],
    ["decimal + int64", (f) => f.m.plus(f.n), "-5.75", { kind: "decimal", precision: 38, scale: 2 }],
    ["int64 - decimal", (f) => f.n.minus(f.m), "-8.25", { kind: "decimal", precision: 38, scale: 2 }],
    ["-decimal", (f) => f.m.negate(), "-1.25", { kind: "decimal", precision: 38, scale: 2 }],
    ["decimal / decimal", (f) => f.m.div(f.m3), 10, { kind: "float64" }],
    ["NaN = NaN", (f) => f.d.eq(Number.NaN), true, { kind: "bool" }],
    ["NaN > Infinity", (f) => f.d.gt(Infinity), true, { kind: "bool" }],
    ["-0 = +0", (f) => f.d.coalesce(0).times(0).eq(-0).or(f.i.toFloat64().times(0).eq(-0)), true, { kind: "bool" }],
    ["a float32 and its literal", (f) => f.f.eq(0.1), true, { kind: "bool" }],
    [
      "a float32 and an int64 that it rounds to",
      (f) => iff(f.i.eq(8), f.f, 16_777_216).eq(f.n.plus(16_777_224)),
      false,
      { kind: "bool" },
    ],
    [
      "int32 * decimal beyond 18 digits",
      (f) => iff(f.i.eq(8), f.i, 2_147_483_647).times(iff(f.i.eq(8), f.m, "9999999.99")),
      "21474836448525163.53",
      { kind: "decimal", precision: 38, scale: 2 },
    ],
    ["a null comes first in a list", (f) => f.tags.lt(["a, b", "", '"']), true, { kind: "bool" }],
    ["null and true", (f) => f.b.and(f.i.eq(7)), null, { kind: "bool" }],
    ["null and false", (f) => f.b.and(f.i.eq(8)), false, { kind: "bool" }],
    ["null or true", (f) => f.b.or(f.i.eq(7)), true, { kind: "bool" }],
    ["not null", (f) => f.b.not(), null, { kind: "bool" }],
    ["null is null", (f) => f.b.isNull(), true, { kind: "bool" }],
    ["coalesce", (f) => f.b.coalesce(true), true, { kind: "bool" }],
    ["text", (f) => f.s.gt("z"), true, { kind: "bool" }],
    ["bytes", (f) => f.raw.eq(new Uint8Array([0, 255])), true, { kind: "bool" }],
    ["a list", (f) => f.tags.eq(["a, b", null, '"']), true, { kind: "bool" }],
    ["an instant before all years of four digits", (f) => f.at.gt("-000044-03-15"), true, { kind: "bool" }],
    ["an instant after them", (f) => f.at.lt("+012001-01-01T00:00:00.000001"), true, { kind: "bool" }],
    ["at + 1.5 minutes", (f) => f.at.plus(minutes(1.5)), 983_448_090_000_000n, { kind: "timestamp" }],
    [
      "a duration is floored to the microsecond",
      (f) => f.at.minus(days(f.f)),
      983_439_359_999_872n,
      { kind: "timestamp" },
    ],
    ["below zero, too", (f) => f.at.plus(days(f.f.negate())), 983_439_359_999_871n, { kind: "timestamp" }],
  ])("%s", async (_, make, value, type) => {
    const expr = expression(make);
    expect(expr.ir.type).toEqual(type);
    expect(await evaluate(expr)).toEqual([value, duckdb.type(type)]);
  });

  it("is an error where an integer or a decimal overflows", async () => {
    for (const make of [
      (f: Row) => f.n.times(2n ** 62n),
      (f: Row) => f.n.minus(2n ** 63n - 1n),
      (f: Row) =>
        f.m
          .times(f.m)
          .times(f.m)
          .times(f.m)
          .times(f.m)
          .times(f.m)
          .times(f.m)
          .times(f.m)
          .times(f.m)
          .times(f.m)
          .times(f.m)
          .times(f.m)
          .times(f.m)
          .times(f.m)
          .times(f.m)
          .times(f.m)
          .times(f.m)
          .times(f.m.plus(9_999_998))
          .times(f.m.plus(9_999_998)),
    ]) {
      await expect(evaluate(expression(make))).rejects.toMatchObject({ code: "OFFLINE_QUERY" });
    }
  });
});
