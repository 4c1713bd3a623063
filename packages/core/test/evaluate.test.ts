import { describe, expect, it } from "vitest";
import {
  type AnyExpr,
  columnValue,
  compileExpr,
  compileRepo,
  compileSourceRow,
  entity,
  featureService,
  featureView,
  iff,
  instant,
  isLockstepError,
  parquet,
  type RowOf,
  type SourceIR,
  t,
  type ViewIR,
} from "../src/index.js";

const columns = {
  at: t.timestamp(),
  who: t.string(),
  n: t.int64(),
  m: t.decimal(38, 2),
  id: t.int32(),
  gone: t.bool(),
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
const value = (expr: AnyExpr, row = {}) => compileExpr(expr.ir)(row);
const failure = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return isLockstepError(error) ? error.diagnostics : error;
  }
  return "nothing is thrown";
};

describe("an expression over a row", () => {
  it("takes a column that is not there for null", () => {
    expect(value(f.n.plus(1))).toBe(null);
    expect(value(f.n.isNull())).toBe(true);
  });

  it("names its columns where it overflows", () => {
    expect(failure(() => value(f.n.plus(1), { n: 2n ** 63n - 1n }))).toEqual([
      {
        code: "EXPRESSION_OVERFLOW",
        place: "expression plus(n, 1)",
        what: "9223372036854775808 does not fit int64",
        mend: "mend the row, or calculate with toFloat64()",
      },
    ]);
    expect(failure(() => value(f.m.times(f.m), { m: `1${"0".repeat(30)}.00` }))).toMatchObject([
      { what: `1${"0".repeat(60)}.0000 does not fit decimal(38,4)` },
    ]);
  });

  it("overflows only where it is evaluated", () => {
    const row = { n: 2n ** 63n - 1n };
    expect(value(iff(f.n.gt(0), f.n, f.n.plus(1)), row)).toBe(row.n);
    expect(value(f.n.coalesce(f.n.plus(1)), row)).toBe(row.n);
    expect(failure(() => value(f.n.lt(0).and(f.n.plus(1).gt(0)), row))).toMatchObject([
      { code: "EXPRESSION_OVERFLOW" },
    ]);
  });
});

describe("a source's row", () => {
  const declared = (options: object = {}) => {
    const source = parquet("orders", { path: "", columns, eventTime: "at", ...options });
    const view = featureView("v", {
      entity: entity("who", { who: t.string() }),
      source,
      features: (row) => ({ twice: row.n.plus(row.n) }),
    });
    const { ir } = compileRepo("p", [featureService("s", [view])]);
    return [ir.sources[0] as SourceIR, ir.views[0] as ViewIR] as const;
  };

  it("has what a view makes of it", () => {
    const [source, view] = declared({ id: "id", knownAt: { delay: "1m" }, deleted: "gone" });
    const row = { at: 983_448_000_123_456n, who: "", n: 21n, m: null, id: 7, gone: null };
    expect(compileSourceRow(source, view)(row)).toEqual({
      values: row,
      id: [7],
      key: [""],
      version: null,
      at: 983_448_000_123_456n,
      knownAt: 983_448_060_123_456n,
      deleted: false,
      inputs: [42n],
    });
  });

  it("says why it is no event", () => {
    const [source, view] = declared({ id: "id", version: "n" });
    const read = compileSourceRow(source, view);
    expect(read({ id: 1, n: 1n })).toEqual({ unused: "no event time" });
    expect(read({ at: 2n ** 63n - 1n, id: 1 })).toEqual({ unused: "no event time" });
    expect(read({ at: 0n })).toEqual({ unused: "no id" });
    expect(read({ at: 0n, id: 1, n: 5n })).toMatchObject({ key: [null], version: 5n });
  });

  it("has no local times that do not exist, or exist twice", () => {
    const [source, view] = declared({ zone: { at: "America/New_York" } });
    const read = (at: string) => compileSourceRow(source, view)({ at: instant(`${at}Z`) });
    expect(read("2021-07-01T12:00:00")).toMatchObject({ at: 1_625_155_200_000_000n });
    expect(failure(() => read("2021-03-14T02:30:00"))).toMatchObject([
      {
        code: "SOURCE_LOCAL_TIME",
        place: "column 'at' of source 'orders'",
        what: "the local time 2021-03-14 02:30:00.000000 does not exist in America/New_York",
      },
    ]);
    expect(failure(() => read("2021-11-07T01:30:00"))).toMatchObject([
      { what: expect.stringContaining("exists twice") },
    ]);
  });
});

describe("a column's value", () => {
  it("is what JSON or Arrow say, or what is wrong with it", () => {
    const read = (kind: "timestamp" | "int64" | "int32" | "string", raw: unknown) =>
      columnValue({ name: "c", type: { kind } }, raw);
    expect(read("timestamp", "2001-03-01T12:00:00.1234567Z")).toEqual({ value: 983_448_000_123_456n });
    expect(read("int64", "21")).toEqual({ value: 21n });
    expect(read("int64", undefined)).toEqual({ value: null });
    expect(read("int64", 1.5)).toEqual({ wrong: "column 'c': 1.5 is not a int64" });
    expect(read("int32", 2 ** 31)).toEqual({ wrong: "column 'c': 2147483648 is not a int32" });
    expect(read("string", "\ud800")).toEqual({ wrong: "column 'c': \"\\ud800\" is not a string" });
    expect(read("string", [1n])).toEqual({ wrong: "column 'c': [\"1\"] is not a string" });
    expect(read("timestamp", "2001-03-01")).toEqual({
      wrong: "column 'c': \"2001-03-01\" is a day and no instant: give the time of day too",
    });
    expect(read("timestamp", -(2n ** 63n))).toEqual({
      wrong: "column 'c': -9223372036854775808n lies before all instants that the engine has",
    });
  });
});
