import { describe, expect, it } from "vitest";
import { compareValues, resultType, sameValue, type Type, type Value } from "./index.js";
import { nearestFloat } from "./nearestFloat.js";

describe("section 2: the order of values", () => {
  const decimal: Type = { kind: "decimal", precision: 6, scale: 2 };
  const list: Type = { kind: "list", element: { kind: "int64" } };
  const ascending: [Type, Value[]][] = [
    [{ kind: "bool" }, [null, false, true]],
    [{ kind: "int32" }, [null, -2, 0, 10]],
    [{ kind: "int64" }, [null, -(2n ** 63n), 9n, 10n]],
    [{ kind: "float64" }, [null, -Infinity, -1, -0, 0, 5e-324, Infinity, NaN]],
    // U+FF5E is EF BD 9E, U+1F600 is F0 9F 98 80, although its UTF-16 starts with D83D.
    [{ kind: "string" }, [null, "", "A", "AA", "a", "é", "\uff5e", "\u{1f600}"]],
    [
      { kind: "bytes" },
      [null, new Uint8Array([]), new Uint8Array([127]), new Uint8Array([127, 0]), new Uint8Array([128])],
    ],
    [{ kind: "date" }, [null, "0001-01-01", "1969-12-31", "2024-02-29", "10000-01-01"]],
    [{ kind: "timestamp" }, [null, -1n, 0n]],
    [decimal, [null, "-1.00", "-0.05", "0.00", "0.10", "9.00", "10.00"]],
    [list, [null, [], [null], [null, 1n], [1n], [1n, null], [1n, 5n], [2n]]],
  ];

  it.each(ascending)("%j", (type, values) => {
    for (const [i, a] of values.entries()) {
      for (const [j, b] of values.entries()) {
        expect(Math.sign(compareValues(type, a, b))).toBe(Math.sign(i - j));
      }
    }
  });
});

describe("rounding once", () => {
  it.each([
    [1n, 3n, 1 / 3],
    [-1n, 10n, -0.1],
    [2n ** 53n + 1n, 1n, 2 ** 53],
    [2n ** 53n + 3n, 1n, 2 ** 53 + 4],
    [2n ** 54n + 3n, 2n, 2 ** 53 + 2],
    [2n ** 54n - 1n, 1n, 2 ** 54],
    [1n, 2n ** 1074n, 5e-324],
    [1n, 2n ** 1075n, 0],
    [3n, 2n ** 1075n, 1e-323],
    [2n ** 1024n, 1n, Infinity],
    [10n ** 308n, 1n, 1e308],
    [0n, 7n, 0],
  ])("%d / %d", (numerator, denominator, expected) => {
    expect(nearestFloat(numerator, denominator)).toBe(expected);
  });
});

describe("comparing answers", () => {
  const float64: Type = { kind: "float64" };
  const status = "PRESENT";

  it("asks for identical bits", () => {
    expect(sameValue(float64, { value: NaN, status }, NaN)).toBe(true);
    expect(sameValue(float64, { value: -0, status }, 0)).toBe(false);
    expect(sameValue(float64, { value: 1, status }, 1 + Number.EPSILON)).toBe(false);
    expect(sameValue({ kind: "int64" }, { value: 1n, status }, 1)).toBe(false);
    expect(sameValue({ kind: "int64" }, { value: null, status: "NULL" }, null)).toBe(true);
    const list: Type = { kind: "list", element: { kind: "bytes" } };
    const expected = { value: [new Uint8Array([1]), null], status } as const;
    expect(sameValue(list, { ...expected, value: [...expected.value] }, [new Uint8Array([1]), null])).toBe(true);
    expect(sameValue(list, { ...expected, value: [...expected.value] }, [new Uint8Array([2]), null])).toBe(false);
    expect(sameValue(list, { ...expected, value: [...expected.value] }, [new Uint8Array([1])])).toBe(false);
  });

  it("allows the tolerance, of finite values only", () => {
    expect(sameValue(float64, { value: 1, status, tolerance: 0.5 }, 1.5)).toBe(true);
    expect(sameValue(float64, { value: 1, status, tolerance: 0.5 }, 1.5000001)).toBe(false);
    expect(sameValue(float64, { value: 1, status, tolerance: 0.5 }, NaN)).toBe(false);
    expect(sameValue(float64, { value: 1, status, tolerance: 0.5 }, null)).toBe(false);
    expect(sameValue(float64, { value: 0, status, tolerance: 0 }, -0)).toBe(true);
  });

  it("knows the types of answers", () => {
    const of = (aggregate: "sum" | "lastN" | "count", type: Type) =>
      resultType({
        name: "w",
        kind: "window",
        aggregate,
        arg: { type, value: () => null },
        window: { shape: "lifetime" },
      });
    expect(of("sum", { kind: "decimal", precision: 5, scale: 2 })).toEqual({
      kind: "decimal",
      precision: 38,
      scale: 2,
    });
    expect(of("sum", { kind: "bool" })).toEqual({ kind: "int64" });
    expect(of("sum", { kind: "float32" })).toEqual(float64);
    expect(of("lastN", float64)).toEqual({ kind: "list", element: float64 });
    expect(of("count", float64)).toEqual({ kind: "int64" });
  });
});
