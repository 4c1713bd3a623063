import { type AnyExpr, days, featureView, minutes, parquet, type RowOf, t } from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { duckdb } from "../src/index.js";
import { exprSql } from "../src/lower/expr.js";

const columns = {
  at: t.timestamp(),
  i: t.int32(),
  n: t.int64(),
  f: t.float32(),
  d: t.float64(),
  m: t.decimal(9, 2),
  s: t.string(),
  b: t.bool(),
  "odd \"name'": t.int64(),
};

function rowOf(): RowOf<typeof columns> {
  const rows: RowOf<typeof columns>[] = [];
  featureView("v", {
    source: parquet("s", { path: "", columns, eventTime: "at" }),
    features: (f) => {
      rows.push(f);
      return { n: f.n };
    },
  });
  return rows[0] as RowOf<typeof columns>;
}
const f = rowOf();
const sql = (e: AnyExpr) => exprSql(duckdb, e.ir);

describe("an expression's SQL", () => {
  it.each<[string, AnyExpr, string]>([
    ["plus", f.n.plus(f.n), '("n" + "n")'],
    ["minus a negative", f.n.minus(-5), '("n" - (-5)::BIGINT)'],
    ["times of int32, in 64 bits", f.i.times(f.i), '("i"::BIGINT * "i"::BIGINT)'],
    ["plus of a float and an int", f.f.plus(f.n), '("f"::DOUBLE + "n"::DOUBLE)'],
    ["times of decimals", f.m.times(f.m), '("m" * "m")::DECIMAL(38,4)'],
    ["plus of a decimal and an int", f.m.plus(f.n), '("m" + "n")::DECIMAL(38,2)'],
    ["negate", f.n.negate(), '(-"n")'],
    ["negate of an int32", f.i.negate(), '(-"i"::BIGINT)'],
    ["div", f.n.div(6), '("n"::DOUBLE / 6::BIGINT::DOUBLE)'],
    ["idiv", f.n.idiv(f.i), '("n"::BIGINT // nullif("i"::BIGINT, 0))'],
    ["eq", f.s.eq("it's"), "(\"s\" = 'it''s')"],
    ["ne", f.n.ne(1), '("n" <> 1::BIGINT)'],
    ["lt", f.d.lt(0.5), "(\"d\" < '0.5'::DOUBLE)"],
    ["le", f.m.le("1.5"), "(\"m\" <= '1.50'::DECIMAL(9,2))"],
    ["gt", f.at.gt("2001-03-01"), "(\"at\" > TIMESTAMP '2001-03-01 00:00:00.000000')"],
    ["ge", f.n.ge(f.d), '("n" >= "d")'],
    ["and, or, not", f.b.and(f.b.not()).or(f.b), '(("b" AND (NOT "b")) OR "b")'],
    ["isNull", f.n.plus(1).isNull(), '(("n" + 1::BIGINT) IS NULL)'],
    ["coalesce", f.i.coalesce(0), 'coalesce("i", 0::INTEGER)'],
    ["toFloat64", f.n.toFloat64(), '"n"::DOUBLE'],
    ["an instant and a fixed duration", f.at.plus("90s"), '("at" + to_microseconds(90000000::BIGINT))'],
    [
      "an instant and whole minutes",
      f.at.minus(minutes(f.n)),
      '("at" + to_microseconds(-("n"::BIGINT * 60000000::BIGINT)))',
    ],
    [
      "an instant and a fraction of days",
      f.at.plus(days(f.d)),
      '("at" + to_microseconds(floor("d"::DOUBLE * 86400000000::BIGINT)::BIGINT))',
    ],
    ["a column with quotes in its name", f["odd \"name'"], '"odd ""name\'"'],
  ])("%s", (_, expr, text) => {
    expect(sql(expr)).toBe(text);
  });
});
