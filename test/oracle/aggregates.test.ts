import { describe, expect, it } from "vitest";
import type { Aggregate } from "./feature.js";
import { aggregated, float64, int64, row, text, windowed } from "./fixtures.js";
import { OracleOverflow, type Type, type Value } from "./index.js";

const int32: Type = { kind: "int32" };
const money: Type = { kind: "decimal", precision: 5, scale: 2 };

function value(type: Type, values: Value[], aggregate: Aggregate, more: { n?: number; p?: number } = {}): Value {
  return aggregated(type, values, { aggregate, ...more }).value;
}

describe("section 5: over no rows and over nulls only", () => {
  it("counts 0, lists nothing, and is null otherwise", () => {
    for (const aggregate of ["count", "countDistinct"] as const) expect(value(int64, [], aggregate)).toBe(0n);
    for (const aggregate of ["firstN", "lastN"] as const) {
      expect(aggregated(int64, [], { aggregate, n: 2 })).toEqual({ value: [], status: "PRESENT" });
    }
    const others = ["sum", "mean", "variance", "stddev", "varPop", "stddevPop", "min", "max", "quantile"] as const;
    for (const aggregate of [...others, "first", "last"] as const) {
      for (const values of [[], [null]]) {
        expect(aggregated(int64, values, { aggregate, p: 0.5 })).toEqual({ value: null, status: "NULL" });
      }
    }
  });

  it("count() counts rows, count(x) what is not null", () => {
    const rows = [row(1n, 1n), row(2n, null)];
    const w = { name: "w", kind: "window", aggregate: "count" } as const;
    expect(windowed(rows, 9n, w).value).toBe(1n);
    expect(windowed(rows, 9n, { ...w, arg: undefined as never }).value).toBe(2n);
  });

  it("where keeps only true", () => {
    const rows = [row(1n, 1n), row(2n, null), row(3n, 3n)];
    const where = (r: { x?: Value }) => (r.x === null || r.x === undefined ? null : r.x === 3n);
    expect(windowed(rows, 9n, { where }).value).toEqual([3n]);
  });
});

describe("section 5: sums and means", () => {
  it("is exact over integers, decimals and bools", () => {
    expect(value(int32, [2147483647, 1, null], "sum")).toBe(2147483648n);
    expect(value({ kind: "bool" }, [true, false, true, null], "sum")).toBe(2n);
    expect(value({ kind: "bool" }, [true, false, true, true], "mean")).toBe(0.75);
    expect(value(money, ["999.99", "0.02", "-1000.02"], "sum")).toBe("-0.01");
    // 2^53 + 1 + 2 = 2^53 + 3, a third of which rounds to 3002399751580331.66...
    expect(value(int64, [9007199254740993n, 2n, 0n], "mean")).toBe(3002399751580331.5);
    // (0.10 + 0.20) / 2 is the float nearest to 0.15.
    expect(value(money, ["0.10", "0.20"], "mean")).toBe(0.15);
  });

  it("may pass int64 on the way, not at the end", () => {
    const max = 2n ** 63n - 1n;
    expect(value(int64, [max, max, -max], "sum")).toBe(max);
    expect(value(int64, [-max - 1n], "sum")).toBe(-max - 1n);
    expect(() => value(int64, [max, 1n], "sum")).toThrow(OracleOverflow);
    expect(() => value(int64, [max, 1n], "sum")).toThrow('("a")');
    expect(value(int64, [max, max], "mean")).toBe(2 ** 63);
    const wide: Type = { kind: "decimal", precision: 38, scale: 1 };
    const nines = `${"9".repeat(37)}.9`;
    expect(value(wide, [nines], "sum")).toBe(nines);
    expect(() => value(wide, [nines, "0.1"], "sum")).toThrow(OracleOverflow);
  });

  it("sums floats within 1e-12 of their magnitudes", () => {
    const sum = aggregated(float64, [1e16, 1, -1e16, null], { aggregate: "sum" });
    expect(sum).toEqual({ value: 1, status: "PRESENT", tolerance: 1e-12 * (2e16 + 1) });
    expect(aggregated(float64, [3, -1], { aggregate: "mean" })).toMatchObject({ value: 1, tolerance: 2e-12 });
    expect(value(float64, [NaN, Infinity], "sum")).toBe(NaN);
    expect(value(float64, [-Infinity, Infinity], "mean")).toBe(NaN);
    expect(value(float64, [1, Infinity], "mean")).toBe(Infinity);
  });
});

describe("section 5: variances", () => {
  it("has a null sample of one row and a population of 0", () => {
    expect([value(float64, [3], "variance"), value(float64, [3], "stddev")]).toEqual([null, null]);
    expect([value(float64, [3], "varPop"), value(float64, [3], "stddevPop")]).toEqual([0, 0]);
  });

  it("is exact even where the mean is large", () => {
    // 1, 2, 3, 4 about 2.5: 2.25 + 0.25 + 0.25 + 2.25 = 5.
    const values = [1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4];
    expect(value(float64, values, "varPop")).toBe(1.25);
    expect(value(float64, values, "variance")).toBe(5 / 3);
    expect(value(float64, values, "stddevPop")).toBe(Math.sqrt(1.25));
    expect(value(money, ["0.10", "0.30"], "varPop")).toBe(0.01);
    expect(aggregated(float64, [1, 3], { aggregate: "variance" })).toMatchObject({ value: 2, tolerance: 5e-12 });
    expect(value(float64, [1, NaN, 2], "variance")).toBe(NaN);
  });

  it("gives stddev the tolerance of its variance", () => {
    const { tolerance } = aggregated(float64, [1, 3], { aggregate: "stddevPop" });
    expect(tolerance).toBeGreaterThan(2.5e-12);
    expect(tolerance).toBeLessThan(2.51e-12);
    // A variance of 0 off by 1e-12 is a deviation off by 1e-6.
    expect(aggregated(float64, [1, 1], { aggregate: "stddevPop" })).toMatchObject({ value: 0, tolerance: 1e-6 });
  });
});

describe("section 5: the rest", () => {
  it("orders NaN last and -0 before +0", () => {
    expect(value(float64, [NaN, 1, Infinity], "max")).toBe(NaN);
    expect(value(float64, [NaN, 1], "min")).toBe(1);
    expect(value(float64, [0, -0], "min")).toBe(-0);
    expect(value(float64, [-0, 0], "max")).toBe(0);
    expect(value(text, ["b", "B", "é"], "max")).toBe("é");
  });

  it("counts NaN once, and -0 and +0 as one", () => {
    expect(value(float64, [NaN, NaN, 0, -0, 1, null], "countDistinct")).toBe(3n);
    expect(value({ kind: "list", element: text }, [["a,b"], ["a", "b"], ["a", "b"], []], "countDistinct")).toBe(3n);
  });

  it("keeps nulls in the first/last family unless told", () => {
    const values = [null, 1n, null, 3n, null];
    const both = (aggregate: Aggregate, n?: number) =>
      [false, true].map(
        (ignoreNulls) => aggregated(int64, values, { aggregate, ignoreNulls, ...(n ? { n } : {}) }).value,
      );
    expect(both("first")).toEqual([null, 1n]);
    expect(both("last")).toEqual([null, 3n]);
    expect(both("firstN", 2)).toEqual([
      [null, 1n],
      [1n, 3n],
    ]);
    expect(both("lastN", 2)).toEqual([
      [null, 3n],
      [3n, 1n],
    ]);
  });

  it("takes discrete quantiles", () => {
    const values = [40n, 10n, null, 30n, 20n];
    const at = (p: number) => value(int64, values, "quantile", { p });
    expect([0, 0.25, 0.26, 0.5, 0.75, 0.76, 1].map(at)).toEqual([10n, 10n, 20n, 20n, 30n, 40n, 40n]);
    const hundred = Array.from({ length: 100 }, (_, i) => BigInt(i + 1));
    expect(value(int64, hundred, "quantile", { p: 0.07 })).toBe(7n);
    expect(value(int64, hundred, "quantile", { p: 1e-7 })).toBe(1n);
    expect(value(float64, [NaN, -0, 0], "quantile", { p: 0.5 })).toBe(0);
  });
});
