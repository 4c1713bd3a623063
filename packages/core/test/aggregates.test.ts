import {
  count,
  countDistinct,
  type Duration,
  firstN,
  isLockstepError,
  lastN,
  parquet,
  quantile,
  type RowOf,
  t,
  typeName,
  varPop,
} from "@lockstep/core";
import { describe, expect, expectTypeOf, test } from "vitest";

const columns = {
  at: t.timestamp(),
  x: t.float64(),
  n: t.int64(),
  name: t.string(),
  list: t.list(t.int64()),
  blob: t.struct({ a: t.int64() }),
};
let row: RowOf<typeof columns>;
parquet("s", {
  path: "s.parquet",
  columns,
  eventTime: "at",
  knownAt: (f) => {
    row = f;
    return f.at;
  },
});

const refusal = (make: () => unknown): string => {
  try {
    make();
  } catch (error) {
    if (isLockstepError(error)) return error.message;
  }
  return "nothing was refused";
};

describe("parameters", () => {
  test.each([0, -1, 1.5, 10_001, Number.NaN, Number.POSITIVE_INFINITY, undefined])("n = %s is refused", (n) => {
    expect(refusal(() => lastN(row.n, n as number))).toContain(
      `AGGREGATE_PARAM at lastN: lastN's n must be a whole number from 1 to 10000, not ${n}`,
    );
    expect(refusal(() => firstN(row.n, n as number))).toContain("AGGREGATE_PARAM");
  });

  test.each([-0.1, 1.1, Number.NaN, "0.5", undefined])("p = %s is refused", (p) => {
    expect(refusal(() => quantile(row.n, p as number))).toContain("must be a number from 0 to 1");
  });

  test("the ends are fine", () => {
    for (const make of [
      () => lastN(row.n, 1),
      () => lastN(row.n, 10_000),
      () => quantile(row.n, 0),
      () => quantile(row.n, 1),
    ])
      expect(make().over("1h").window.size).toBe(3_600_000_000);
  });
});

describe("types", () => {
  test("lists of what the argument is", () => {
    const feature = lastN(row.name, 3).over("1h");
    expect(typeName(feature.type)).toBe("list(string)");
    expect(feature.params).toEqual({ n: 3 });
    expectTypeOf(feature["~type"]).toExtend<{ readonly "~js"?: (string | null)[] } | undefined>();
  });

  test("quantiles are values that occurred", () => {
    expect(typeName(quantile(row.name, 0.5).over("1h").type)).toBe("string");
    expect(typeName(countDistinct(row.blob).over("1h").type)).toBe("int64");
    expect(typeName(varPop(row.n).over("1h").type)).toBe("float64");
  });

  test("what has no variance or no quantile is refused, by the type checker too", () => {
    // @ts-expect-error text has no variance
    expect(refusal(() => varPop(row.name))).toContain("AGGREGATE_TYPE");
    // @ts-expect-error a list has no quantile
    expect(refusal(() => quantile(row.list, 0.5))).toContain("needs single values");
    // @ts-expect-error a struct has no order
    expect(refusal(() => quantile(row.blob, 0.5))).toContain("AGGREGATE_TYPE");
  });
});

describe("hopping windows", () => {
  test("lie on their hop", () => {
    expect(count().over("1h", { shape: "hopping", hop: "5m" }).window).toEqual({
      shape: "hopping",
      size: 3_600_000_000,
      hop: 300_000_000,
      bounds: "[)",
      offset: 0,
    });
  });

  test.each<[Duration, Duration]>([
    ["1h", "7m"],
    ["1h", "2h"],
    ["30s", "10s"],
  ])("%s by %s is refused", (size, hop) => {
    expect(refusal(() => count().over(size, { shape: "hopping", hop }))).toContain("WINDOW_INVALID");
  });

  test("have two bounds and need a hop", () => {
    // @ts-expect-error the upper edge alone can't be in with the lower
    expect(() => count().over("1h", { shape: "hopping", hop: "5m", bounds: "[]" })).toThrow("bounds");
    // @ts-expect-error no hop
    expect(() => count().over("1h", { shape: "hopping" })).toThrow("hop");
  });
});
