import {
  type AnyExpr,
  type Bool,
  count,
  countDistinct,
  type Expr,
  featureView,
  first,
  firstN,
  isLockstepError,
  last,
  lastN,
  max,
  mean,
  min,
  parquet,
  quantile,
  stateLayout,
  stddev,
  stddevPop,
  sum,
  t,
  variance,
  varPop,
} from "@lockstep/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OracleWindow, RowFn } from "../../../test/oracle/feature.js";
import {
  type Answer,
  evaluate,
  type OracleFeature,
  OracleOverflow,
  type OracleSource,
  type OracleView,
  type Row,
  sameValue,
  type Type,
} from "../../../test/oracle/index.js";
import { decodeState, encodeState } from "../src/codec.js";
import { evaluateState } from "../src/evaluate-state.js";
import type { FeatureValue } from "../src/feature-value.js";
import { PLAIN } from "./arbitraries.js";
import { stateBatchOf } from "./batch.js";
import { naiveState } from "./naive-state.js";
import { viewIR } from "./views.js";

const S = 1_000_000n;
const RUNS = 8000;

const source = parquet("events", {
  path: "events.parquet",
  columns: {
    k: t.string(),
    at: t.timestamp(),
    known: t.timestamp(),
    i: t.int64(),
    f: t.float64(),
    d: t.decimal(10, 2),
    s: t.string(),
    b: t.bool(),
  },
  eventTime: "at",
  knownAt: "known",
});
const oracleSource: OracleSource = {
  columns: source.columnNames.map(({ name, type }) => ({ name, type: type as Type })),
  eventTime: "at",
  knownAt: (row) => (row["known"] ?? null) as bigint | null,
};

/** Expressions as the product and as the oracle know them. */
const row = Object.fromEntries(
  source.columnNames.map(({ name, type }) => [name, { ir: { kind: "column", name, type } }]),
) as unknown as { [K in "i" | "f" | "d" | "s" | "b" | "at"]: AnyExpr };
const isPositive = { ir: call("gt", row.i, { kind: "literal", value: "0", type: { kind: "int64" } }) } as AnyExpr;
const isNull = { ir: call("isNull", row.f) } as AnyExpr;
const FUNCTIONS = new Map<string, RowFn>([
  ...(["i", "f", "d", "s", "b", "at"] as const).map((name): [string, RowFn] => [id(row[name]), (r) => r[name] ?? null]),
  [id(isPositive), (r) => (r["i"] === null ? null : (r["i"] as bigint) > 0n)],
  [id(isNull), (r) => r["f"] === null],
]);

function id(expr: AnyExpr): string {
  return JSON.stringify(expr.ir);
}
function call(op: "gt" | "isNull", left: AnyExpr, ...right: object[]) {
  return { kind: "call", op, args: [left.ir, ...right], type: { kind: "bool" } };
}
const fnOf = (expr: AnyExpr) => FUNCTIONS.get(id(expr)) as RowFn;

interface Feature {
  readonly declared: unknown;
  readonly oracle: (name: string) => OracleFeature;
}

const rowFeature: fc.Arbitrary<Feature> = fc.constantFrom(row.i, row.f, row.d, row.s, row.b).map((expr) => ({
  declared: expr,
  oracle: (name) => ({ name, kind: "row", type: expr.ir.type as Type, value: fnOf(expr) }),
}));

const aggregateOf = fc.oneof(
  fc.constant({ name: "count" as const, declared: count(), argument: null, ignoreNulls: false }),
  fc
    .tuple(
      fc.constantFrom("count", "countDistinct", "min", "max", "first", "last", "firstN", "lastN", "quantile"),
      fc.constantFrom(row.i, row.f, row.d, row.s, row.b),
      fc.boolean(),
      fc.constantFrom(1, 2, 5),
      fc.constantFrom(0, 0.07, 0.5, 0.75, 1),
    )
    .map(([name, argument, ignoring, n, p]) => {
      const ignoreNulls = ["first", "last", "firstN", "lastN"].includes(name) && ignoring;
      const made = {
        count,
        countDistinct,
        min,
        max,
        first: (x: AnyExpr) => first(x, { ignoreNulls }),
        last: (x: AnyExpr) => last(x, { ignoreNulls }),
        firstN: (x: AnyExpr) => firstN(x, n, { ignoreNulls }),
        lastN: (x: AnyExpr) => lastN(x, n, { ignoreNulls }),
        quantile: (x: AnyExpr) => quantile(x as typeof row.i, p),
      };
      return { name, argument, ignoreNulls, n, p, declared: made[name](argument as never) };
    }),
  fc
    .tuple(
      fc.constantFrom("sum", "sum", "sum", "sum", "mean", "variance", "stddev", "varPop", "stddevPop"),
      fc.constantFrom(row.i, row.f, row.d, row.b),
    )
    .map(([name, argument]) => ({
      name,
      argument,
      ignoreNulls: false,
      declared: { sum, mean, variance, stddev, varPop, stddevPop }[name](argument as never),
    })),
);

const windowOf = fc.oneof(
  fc.record({
    shape: fc.constant("sawtooth" as const),
    size: fc.constantFrom(60n, 61n, 90n, 200n),
    hop: fc.constantFrom(1n, 7n, 30n, 45n, 60n),
    bounds: fc.constantFrom("[)", "(]"),
  }),
  fc
    .record({
      shape: fc.constant("hopping" as const),
      times: fc.constantFrom(1n, 2n, 5n),
      hop: fc.constantFrom(60n, 75n),
      bounds: fc.constantFrom("[)", "(]"),
    })
    .map(({ times, hop, ...rest }) => ({ ...rest, hop, size: hop * times })),
  fc.record({
    shape: fc.constant("sliding" as const),
    size: fc.constantFrom(5n, 30n, 100n),
    bounds: fc.constantFrom("[)", "[]", "(]", "()"),
  }),
  fc.record({ shape: fc.constant("lifetime" as const), bounds: fc.constantFrom("[)", "(]") }),
);

const windowFeature: fc.Arbitrary<Feature> = fc
  .tuple(
    aggregateOf,
    windowOf,
    fc.constantFrom(0n, 0n, 30n, 47n, 150n),
    fc.constantFrom(null, null, row.b, isPositive, isNull),
  )
  .map(([aggregate, { shape, bounds, ...rest }, offset, where]) => {
    const size = "size" in rest ? rest.size : 0n;
    const hop = "hop" in rest ? { hop: `${rest.hop}s` } : {};
    const chosen = where ? aggregate.declared.where(where as Expr<Bool>) : aggregate.declared;
    const options = { shape, ...hop, bounds, offset: `${offset}s` };
    const { argument } = aggregate;
    return {
      declared: chosen.over(shape === "lifetime" ? ("lifetime" as never) : (`${size}s` as "60s"), options as never),
      oracle: (name) => ({
        name,
        kind: "window",
        aggregate: aggregate.name as "count",
        ignoreNulls: aggregate.ignoreNulls,
        ...("n" in aggregate ? { n: aggregate.n, p: aggregate.p } : {}),
        ...(argument ? { arg: { type: argument.ir.type as Type, value: fnOf(argument) } } : {}),
        ...(where ? { where: fnOf(where) as (r: Row) => boolean | null } : {}),
        window:
          shape === "lifetime"
            ? { shape }
            : ({ shape, size: size * S, ...("hop" in rest ? { hop: rest.hop * S } : {}) } as OracleWindow),
        bounds: bounds as "[)",
        offset: offset * S,
      }),
    };
  });

/** Instants that meet: grid lines of all hops, and a microsecond beside them. */
const instantOf = fc
  .tuple(
    fc.oneof(
      fc.integer({ min: -60, max: 60 }).map((n) => n * 5),
      fc.integer({ min: -40, max: 40 }).map((n) => n * 7),
      fc.integer({ min: -10, max: 10 }).map((n) => n * 45),
    ),
    fc.constantFrom(-1n, 0n, 0n, 0n, 1n),
  )
  .map(([seconds, beside]) => BigInt(seconds) * S + beside);

const nullable = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary }, { weight: 1, arbitrary: fc.constant(null) });
const rowOf = fc
  .record(
    {
      at: nullable(instantOf),
      delay: nullable(fc.constantFrom(0n, 0n, 0n, S, 20n * S, 90n * S, -S, -100n * S)),
      i: nullable(fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.constantFrom(2n ** 62n, 2n ** 63n - 1n, -(2n ** 63n)))),
      f: nullable(
        fc.oneof(
          fc.integer({ min: -5, max: 5 }).map((n) => n / 3),
          fc.constantFrom(-0, 0, Number.NaN, Infinity, -Infinity),
        ),
      ),
      d: nullable(fc.constantFrom("0.10", "-0.20", "99999999.99", "0.00")),
      s: nullable(fc.constantFrom("", "a", "b", "\uffff", "😀")),
      b: nullable(fc.boolean()),
    },
    PLAIN,
  )
  .map(({ delay, ...r }): Row => ({ k: "a", ...r, known: r.at === null || delay === null ? null : r.at + delay }));

const caseOf = fc.record(
  {
    features: fc.array(fc.oneof({ weight: 1, arbitrary: rowFeature }, { weight: 3, arbitrary: windowFeature }), {
      minLength: 1,
      maxLength: 6,
    }),
    asOf: fc.constantFrom("<=" as const, "<" as const),
    ttl: fc.constantFrom(null, null, 30n, 100n),
    rows: fc.array(rowOf, { maxLength: 14 }),
    watermark: instantOf,
    later: fc.array(
      fc.oneof(
        fc.constantFrom(0n, 1n, 2n),
        instantOf.map((x) => (x < 0n ? -x : x)),
        // From an event to where a window, an offset or a ttl lets go of it.
        fc.tuple(
          fc.nat(13),
          fc.constantFrom(0n, 5n, 30n, 60n, 77n, 90n, 100n, 150n, 200n, 230n),
          fc.constantFrom(-1n, 0n, 1n),
        ),
      ),
      { minLength: 1, maxLength: 4 },
    ),
  },
  PLAIN,
);

const agrees = (
  type: Type,
  expected: Answer | "overflow",
  actual: FeatureValue | "overflow",
  eventTimes: boolean,
): boolean => {
  if (expected === "overflow" || actual === "overflow") return expected === actual;
  return (
    expected.status === actual.status &&
    sameValue(type, expected, actual.value as never) &&
    (actual.eventTime !== null) === (eventTimes && expected.status !== "MISSING")
  );
};

describe("a state's features", () => {
  it("are what the oracle says, at every instant from T on", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(caseOf, ({ features, asOf, ttl, rows, watermark, later }) => {
        const declared = Object.fromEntries(features.map((f, i) => [`x${i}`, f.declared]));
        const view = viewIR(
          featureView("v", {
            source: source as never,
            asOf,
            ...(ttl === null ? {} : { ttl: `${ttl}s` as "30s" }),
            features: () => declared as never,
          }),
        );
        const layout = stateLayout(view);
        const inputs = layout.inputs.map(({ expr }) => FUNCTIONS.get(JSON.stringify(expr)) as RowFn);
        const plain = naiveState(layout, inputs, oracleSource, rows, watermark);
        const stamp = { t: watermark, run: 1 };
        const state = plain && decodeState(layout, encodeState(layout, stateBatchOf(layout, [], [plain]), 0, stamp));

        for (const step of later) {
          const t = instantAfter(watermark, rows, step);
          view.features.forEach((feature, i) => {
            const oracle: OracleView = {
              keys: [],
              source: oracleSource,
              asOf,
              ...(ttl === null ? {} : { ttl: ttl * S }),
              reads: oracleSource.columns.map((c) => c.name),
              features: [(features[i] as Feature).oracle("x")],
            };
            const expected = orOverflow(
              () => evaluate(oracle, [...rows], [], t, { knownAtMost: watermark })["x"] as Answer,
            );
            const one = { ...view, features: [feature] };
            const whole = { ...layout, features: [layout.features[i] as (typeof layout.features)[number]] };
            const actual = orOverflow(() => evaluateState(one, whole, state, t)[0] as FeatureValue);
            const status = expected === "overflow" ? expected : `${feature.kind} ${expected.status}`;
            seen.set(status, (seen.get(status) ?? 0) + 1);
            if (!agrees(feature.type as Type, expected, actual, feature.kind === "row"))
              expect({ t, feature, actual }).toEqual({ t, feature, actual: expected });
          });
        }
      }),
      { numRuns: RUNS },
    );
    // Every kind of answer was met, many times.
    for (const status of [
      "row MISSING",
      "row EXPIRED",
      "row NULL",
      "row PRESENT",
      "window NULL",
      "window PRESENT",
      "overflow",
    ]) {
      expect([status, (seen.get(status) ?? 0) > 20]).toEqual([status, true]);
    }
  });
});

describe("a key's state", () => {
  const view = viewIR(
    featureView("v", {
      source,
      features: (e) => ({
        i: e.i,
        n: count().over("lifetime"),
        total: sum(e.i).over("1h"),
        newest: last(e.s).over("1d"),
      }),
    }),
  );
  const layout = stateLayout(view);

  it("that is not there is that of a key never seen", () => {
    const nothing = { value: null, status: "NULL", eventTime: null };
    expect(evaluateState(view, layout, null, 0n)).toEqual([
      { value: null, status: "MISSING", eventTime: null },
      { value: 0n, status: "PRESENT", eventTime: null },
      nothing,
      nothing,
    ]);
  });

  it("says nothing about instants before its T", () => {
    const plain = naiveState(
      layout,
      layout.inputs.map(() => () => null),
      oracleSource,
      [{ at: 0n, known: 0n }],
      10n,
    );
    const bytes = encodeState(layout, stateBatchOf(layout, [], plain ? [plain] : []), 0, { t: 10n, run: 1 });
    const state = decodeState(layout, bytes);
    expect(evaluateState(view, layout, state, 10n)[1]?.value).toBe(1n);
    expect(() => evaluateState(view, layout, state, 9n)).toThrow("BEFORE_WATERMARK");
  });
});

function instantAfter(watermark: bigint, rows: readonly Row[], step: bigint | [number, bigint, bigint]): bigint {
  if (typeof step === "bigint") return watermark + step;
  const [index, seconds, beside] = step;
  const at = (rows[index % Math.max(1, rows.length)]?.["at"] as bigint | null | undefined) ?? watermark;
  const t = at + seconds * S + beside;
  return t < watermark ? watermark : t;
}

function orOverflow<T>(attempt: () => T): T | "overflow" {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof OracleOverflow || (isLockstepError(error) && error.code === "AGGREGATE_OVERFLOW"))
      return "overflow";
    throw error;
  }
}
