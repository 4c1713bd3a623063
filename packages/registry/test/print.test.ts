import {
  type AnyExpr,
  compileRepo,
  type Expr,
  featureView,
  type Int64,
  iff,
  lastN,
  minutes,
  parquet,
  quantile,
  type Timestamp,
  t,
} from "@lockstep/core";
import { printExpr, printFeature } from "@lockstep/registry";
import { expect, test } from "vitest";
import { repoSchema } from "../src/repo-schema.js";

let row: { a: Expr<Int64>; b: Expr<Int64>; c: Expr<Int64> };
parquet("s", {
  path: "s.parquet",
  columns: { at: t.timestamp(), a: t.int64(), b: t.int64(), c: t.int64(), name: t.string() },
  eventTime: "at",
  knownAt: (f) => {
    row = f;
    return f.at;
  },
});

test.each<[string, (r: typeof row & { at: never; name: never }) => AnyExpr]>([
  ["a > 15", ({ a }) => a.gt(15)],
  ["a + b * c", ({ a, b, c }) => a.plus(b.times(c))],
  ["(a + b) * c", ({ a, b, c }) => a.plus(b).times(c)],
  ["a - b - c", ({ a, b, c }) => a.minus(b).minus(c)],
  ["a - (b - c)", ({ a, b, c }) => a.minus(b.minus(c))],
  ["a + (b + c)", ({ a, b, c }) => a.plus(b.plus(c))],
  ["-(a + b)", ({ a, b }) => a.plus(b).negate()],
  ["a - -1", ({ a }) => a.minus(-1)],
  ["-(-a)", ({ a }) => a.negate().negate()],
  ["idiv(a, b) / 2.5", ({ a, b }) => a.idiv(b).div(2.5)],
  ["a = 1 and (b != 2 or c <= 3)", ({ a, b, c }) => a.eq(1).and(b.ne(2).or(c.le(3)))],
  ["not a < 1", ({ a }) => a.lt(1).not()],
  ["(not a < 1) = (b >= 2)", ({ a, b }) => a.lt(1).not().eq(b.ge(2))],
  ["not (a < 1 and b is null)", ({ a, b }) => a.lt(1).and(b.isNull()).not()],
  ["a + b is null", ({ a, b }) => a.plus(b).isNull()],
  ["coalesce(a, 0) * 2", ({ a }) => a.coalesce(0).times(2)],
  ["abs(a - b) in (1, 2)", ({ a, b }) => a.minus(b).abs().isIn([1, 2])],
  ["iff(a > 0, a, 0) + 1", ({ a }) => iff(a.gt(0), a, 0).plus(1)],
  ["hour(at) * weekday(at)", ({ at }) => (at as Expr<Timestamp>).hour().times((at as Expr<Timestamp>).weekday())],
  ["float64(a)", ({ a }) => a.toFloat64()],
])("%s", (text, make) => {
  expect(printExpr(make(row as never).ir)).toBe(text);
});

test("instants, durations and strings", () => {
  const texts: string[] = [];
  parquet("s", {
    path: "s.parquet",
    columns: { at: t.timestamp(), distance: t.int64(), name: t.string() },
    eventTime: "at",
    knownAt: (f) => {
      const known = f.at.plus(minutes(f.distance.div(6).plus(60)));
      for (const e of [known, f.at.minus("90m"), f.at.lt("2001-01-01T00:00Z"), f.name.eq('a"b')])
        texts.push(printExpr(e.ir));
      return known;
    },
  });
  expect(texts).toEqual(["at + minutes(distance / 6 + 60)", "at - 90m", "at < 2001-01-01T00:00:00Z", 'name = "a\\"b"']);
});

test("aggregates with parameters, and hopping windows", () => {
  const source = parquet("s", { path: "s.parquet", columns: { at: t.timestamp(), a: t.int64() }, eventTime: "at" });
  const view = featureView("v", {
    source,
    features: (f) => ({
      q: quantile(f.a, 0.95).over("1h", { shape: "hopping", hop: "5m" }),
      l: lastN(f.a, 3, { ignoreNulls: true }).over("1d"),
    }),
  });
  const { ir } = compileRepo("p", [view]);
  expect(ir.views[0]?.features.map(printFeature)).toEqual([
    "quantile(a, 0.95) over 1h hopping(5m) [)",
    "lastN(a, 3, ignoring nulls) over 1d sawtooth(1h) [)",
  ]);
  expect(repoSchema.parse(JSON.parse(JSON.stringify(ir)))).toEqual(ir);
});
