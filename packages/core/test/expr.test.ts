import { describe, expect, it } from "vitest";
import {
  type AnyExpr,
  count,
  days,
  type ExprIR,
  featureView,
  hours,
  last,
  max,
  mean,
  min,
  minutes,
  parquet,
  type RowOf,
  seconds,
  sum,
  t,
  typeName,
} from "../src/index.js";

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
  day: t.date(),
  raw: t.bytes(),
  tags: t.list(t.string()),
  doc: t.json(),
  vec: t.vector(2),
};

/** A row of expressions over the columns. */
function rowOf(): RowOf<typeof columns> {
  let row: RowOf<typeof columns> | undefined;
  const source = parquet("s", { path: "", columns, eventTime: "at" });
  featureView("v", {
    source,
    features: (f) => {
      row = f;
      return { n: f.n };
    },
  });
  if (!row) throw new Error("no row");
  return row;
}
const f = rowOf();
// biome-ignore lint/suspicious/noExplicitAny: what the types refuse is tried, too
const loose = f as any;
/** Twenty factors of two digits after the point. */
const tooFine = () => Array.from({ length: 19 }).reduce<AnyExpr>((product) => loose.m.times(product), f.m);
const kind = (e: AnyExpr): string => typeName(e.ir.type);

describe("the type of an expression", () => {
  it.each<[string, AnyExpr, string]>([
    ["int32 + int32", f.i.plus(f.i), "int64"],
    ["int32 * literal", f.i.times(2), "int64"],
    ["-int32", f.i.negate(), "int64"],
    ["int64 - int32", f.n.minus(f.i), "int64"],
    ["float32 + int32", f.f.plus(f.i), "float64"],
    ["int64 + float64", f.n.plus(f.d), "float64"],
    ["decimal + int64", f.m.plus(f.n), "decimal(38,2)"],
    ["int64 + decimal", f.n.plus(f.m), "decimal(38,2)"],
    ["decimal + literal", f.m.plus("1.25"), "decimal(38,2)"],
    ["decimals of two scales", f.m.minus(f.m3), "decimal(38,3)"],
    ["a decimal and what it became", f.m.plus(f.m.plus(1)), "decimal(38,2)"],
    ["decimal * decimal", f.m.times(f.m3), "decimal(38,5)"],
    ["decimal * float", f.m.times(f.d), "float64"],
    ["int / int", f.i.div(f.n), "float64"],
    ["decimal / decimal", f.m.div(f.m3), "float64"],
    ["int // int", f.i.idiv(2), "int64"],
    ["as a float", f.m.toFloat64(), "float64"],
    ["comparison", f.i.lt(f.d), "bool"],
    ["text comparison", f.s.ge("x"), "bool"],
    ["list comparison", f.tags.eq(f.tags), "bool"],
    ["logic", f.b.and(f.i.isNull()).or(f.b.not()), "bool"],
    ["isNull of anything", f.doc.isNull(), "bool"],
    ["coalesce keeps the type", f.i.coalesce(0), "int32"],
    ["coalesce of decimals", f.m.coalesce(0), "decimal(9,2)"],
    ["coalesce of text", f.s.coalesce(""), "string"],
    ["an instant and a duration", f.at.plus("3h").minus(minutes(f.d)), "timestamp"],
  ])("of %s", (_, expr, type) => {
    expect(kind(expr)).toBe(type);
  });
});

describe("a literal", () => {
  const literalOf = (e: AnyExpr): ExprIR | undefined => (e.ir.kind === "call" ? e.ir.args[1] : undefined);

  it.each<[string, AnyExpr, string | null, string]>([
    ["takes the type of what it meets", f.m.gt(1.5), "1.50", "decimal(9,2)"],
    ["is wider than an int32, for arithmetic in 64 bits", f.i.gt(2 ** 40), "1099511627776", "int64"],
    ["may be a fraction beside an integer that it is compared with", f.n.gt(0.5), "0.5", "float64"],
    ["may be a fraction that divides an integer", f.n.div(0.5), "0.5", "float64"],
    ["is exact beyond 2^53", f.n.eq(2n ** 53n + 1n), "9007199254740993", "int64"],
    ["keeps -0, NaN and infinities", f.d.eq(-0), "-0", "float64"],
    ["is rounded to a float32 where it is compared with one", f.f.eq(0.1), String(Math.fround(0.1)), "float32"],
    ["is a float64 where it is added to a float32", f.f.plus(0.1), "0.1", "float64"],
    ["may be an instant's text", f.at.lt("2001-03-01"), "2001-03-01T00:00:00.000000Z", "timestamp"],
    ["may be bytes", f.raw.eq(new Uint8Array([1])), "AQ==", "bytes"],
    ["may be a list", f.tags.eq(["a", null]), '["a",null]', "list(string)"],
    ["may be a bool", loose.b.eq(true), "true", "bool"],
    ["may be null", loose.n.eq(null), null, "int64"],
  ])("%s", (_, expr, value, type) => {
    const literal = literalOf(expr);
    expect(literal).toMatchObject({ kind: "literal", value });
    expect(literal && typeName(literal.type)).toBe(type);
  });

  it.each<[() => unknown, string]>([
    [() => loose.n.gt("five"), "five cannot be compared or combined with a int64; give a int64 or an expression"],
    [() => loose.s.eq(5), "5 cannot be compared or combined with a string"],
    [() => f.n.plus(0.5), "0.5 cannot be compared or combined with a int64; write .toFloat64() first"],
    [() => f.i.times(1.5), "1.5 cannot be compared or combined with a int32; write .toFloat64() first"],
    [() => f.n.coalesce(0.5), "0.5 cannot be compared or combined with a int64"],
    [() => f.i.coalesce(2 ** 31), "2147483648 cannot be compared or combined with a int32"],
    [() => f.m.gt(0.125), "0.125 cannot be compared or combined with a decimal(9,2)"],
    [() => f.n.gt(2 ** 53), "9007199254740992 cannot be compared"],
    [() => f.day.eq("2001-02-29"), "2001-02-29 cannot be compared or combined with a date"],
  ])("%o is refused", (work, message) => {
    expect(work).toThrow(`EXPRESSION_LITERAL: ${message}`);
  });

  it("that should be an instant and is none says how one is written", () => {
    expect(() => f.at.lt("yesterday")).toThrow("INSTANT_INVALID: 'yesterday' is not an instant; write it as");
    expect(() => loose.at.plus("3 months")).toThrow("DURATION_CALENDAR: '3 months' has no fixed length");
  });
});

describe("a wrong expression", () => {
  it.each<[() => unknown, string]>([
    [() => loose.s.plus(f.n), "EXPRESSION_TYPE at plus: arithmetic needs numbers, not a string"],
    [() => loose.b.times(2), "EXPRESSION_LITERAL: 2 cannot be compared or combined with a bool"],
    [() => loose.b.negate(), "EXPRESSION_TYPE at negate: arithmetic needs numbers, not a bool"],
    [() => loose.s.lt(f.n), "EXPRESSION_TYPE at lt: a string cannot be compared with a int64"],
    [() => loose.doc.eq(f.doc), "EXPRESSION_TYPE at eq: a json cannot be compared with a json"],
    [() => loose.n.and(f.b), "EXPRESSION_TYPE at and: this needs a bool, not a int64"],
    [() => loose.n.not(), "EXPRESSION_TYPE at not: this needs a bool, not a int64"],
    [() => loose.d.idiv(2), "EXPRESSION_TYPE at idiv: idiv needs two integers: use div for float64 division"],
    [
      () => loose.s.coalesce(f.n),
      "EXPRESSION_TYPE at coalesce: coalesce needs two values of one type, not a string and a int64",
    ],
    [() => loose.i.coalesce(f.n), "coalesce needs two values of one type, not a int32 and a int64"],
    [() => loose.s.toFloat64(), "EXPRESSION_TYPE at toFloat64: this needs numbers, not a string"],
    [() => loose.at.plus(f.n), "EXPRESSION_TYPE at instantPlus: an instant moves by a duration: minutes(...), '3h'"],
    [() => tooFine(), "EXPRESSION_TYPE at times: the product would have 40 digits after the point, and 38 is the most"],
    [() => seconds(loose.s), "EXPRESSION_TYPE at seconds: seconds needs a number"],
    [() => sum(loose.s), "AGGREGATE_TYPE at sum: sum needs a number or a bool, not a string"],
    [() => mean(loose.at), "AGGREGATE_TYPE at mean: mean needs a number or a bool, not a timestamp"],
    [() => min(loose.doc), "AGGREGATE_TYPE at min: min needs values that have an order, and a json has none"],
    [() => max(loose.vec), "AGGREGATE_TYPE at max: max needs values that have an order, and a vector(2) has none"],
  ])("%o is refused", (work, message) => {
    expect(work).toThrow(message);
  });
});

describe("units of time", () => {
  it.each([
    [seconds, 1_000_000n],
    [minutes, 60_000_000n],
    [hours, 3_600_000_000n],
    [days, 86_400_000_000n],
  ])("%o", (unit, micros) => {
    expect(unit(f.n).ir).toEqual({
      kind: "call",
      op: "toDuration",
      args: [f.n.ir, { kind: "literal", value: String(micros), type: { kind: "int64" } }],
      type: { kind: "duration" },
    });
    expect(unit(1.5).ir).toMatchObject({ args: [{ kind: "literal", value: "1.5", type: { kind: "float64" } }, {}] });
  });
});

describe("an aggregate's type", () => {
  it.each<[string, { type: AnyExpr["ir"]["type"] }, string]>([
    ["count", count(f.s).over("1h"), "int64"],
    ["sum of bools", sum(f.b).over("1h"), "int64"],
    ["sum of int32", sum(f.i).over("1h"), "int64"],
    ["sum of float32", sum(f.f).over("1h"), "float64"],
    ["sum of decimals", sum(f.m).over("1h"), "decimal(38,2)"],
    ["mean", mean(f.m).over("1h"), "float64"],
    ["min", min(f.i).over("1h"), "int32"],
    ["max", max(f.tags).over("1h"), "list(string)"],
    ["last", last(f.doc).over("1h"), "json"],
  ])("of %s", (_, feature, type) => {
    expect(typeName(feature.type)).toBe(type);
  });

  it("keeps the predicate, the description and what it ignores", () => {
    const feature = last(f.i, { ignoreNulls: true }).where(f.b).over("1h").describe("the newest");
    expect(feature).toMatchObject({ where: f.b.ir, ignoreNulls: true, text: "the newest" });
  });
});
