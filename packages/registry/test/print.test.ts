import { type AnyExpr, type Expr, type Int64, minutes, parquet, t } from "@lockstep/core";
import { printExpr } from "@lockstep/registry";
import { expect, test } from "vitest";

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
