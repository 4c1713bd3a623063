import {
  count,
  countDistinct,
  type Duration,
  durationMicros,
  type Expr,
  entity,
  type FeatureService,
  featureService,
  featureView,
  first,
  firstN,
  iff,
  last,
  lastN,
  max,
  mean,
  min,
  minutes,
  parquet,
  quantile,
  stddev,
  stddevPop,
  sum,
  t,
  variance,
  varPop,
  type WindowFeature,
  type WindowOptions,
} from "@lockstep/core";
import fc from "fast-check";
import type { Aggregate, OracleWindow } from "../oracle/feature.js";
import {
  type OracleFeature,
  type OracleSource,
  type OracleView,
  type Row,
  resultType,
  type Type,
  type Value,
} from "../oracle/index.js";

/** Which keys go through tiles. */
export type Density = "none" | "some" | "all";

/** A declaration in the product's words and in the oracle's, rows for it, and what to ask. */
export interface Case {
  readonly service: FeatureService;
  readonly oracle: OracleView;
  readonly types: ReadonlyMap<string, Type>;
  readonly rows: readonly Row[];
  readonly asks: readonly { readonly key: Value[]; readonly t: bigint }[];
  readonly keys: readonly string[];
  readonly dense: Density;
  readonly settle: number;
  readonly watermark: bigint;
  /** Rows may be pushed too. */
  readonly push: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: declarations are made from data here, so their types are not known
type Any = any;

const COLUMNS = {
  at: t.timestamp(),
  known: t.timestamp(),
  k1: t.string(),
  k2: t.int64(),
  a: t.int64(),
  b: t.float64(),
  c: t.string(),
  d: t.bool(),
  e: t.float32(),
  g: t.int32(),
  h: t.decimal(9, 2),
  id: t.string(),
  part: t.int32(),
  version: t.int64(),
  gone: t.bool(),
};
const TYPES = Object.fromEntries(Object.entries(COLUMNS).map(([k, v]) => [k, v.ir as Type]));
const NAMES = Object.keys(COLUMNS);

/** To the millisecond, floored. */
const clock = (micros: bigint) => new Date(Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n));

/** An expression in both words, the columns it reads, and what may be done with it. */
interface Term {
  readonly make: (f: Any) => Expr;
  readonly value: (row: Row) => Value;
  readonly type: Type;
  readonly reads: readonly string[];
}
const columnTerm = (name: string): Term => ({
  make: (f) => f[name],
  value: (row) => row[name] ?? null,
  type: TYPES[name] as Type,
  reads: [name],
});
const TERMS: readonly Term[] = [
  ...["a", "b", "c", "d", "e", "g", "h", "known"].map(columnTerm),
  {
    make: (f) => f.a.plus(1),
    value: (r) => (r["a"] === null ? null : (r["a"] as bigint) + 1n),
    type: { kind: "int64" },
    reads: ["a"],
  },
  {
    make: (f) => f.g.gt(1),
    value: (r) => (r["g"] === null ? null : (r["g"] as number) > 1),
    type: { kind: "bool" },
    reads: ["g"],
  },
  {
    make: (f) => f.g.div(4),
    value: (r) => (r["g"] === null ? null : (r["g"] as number) / 4),
    type: { kind: "float64" },
    reads: ["g"],
  },
  {
    make: (f) => f.b.coalesce(0.5),
    value: (r) => r["b"] ?? 0.5,
    type: { kind: "float64" },
    reads: ["b"],
  },
  {
    make: (f) => f.e.plus(f.e),
    value: (r) => (r["e"] === null ? null : 2 * (r["e"] as number)),
    type: { kind: "float64" },
    reads: ["e"],
  },
  {
    make: (f) => f.h.abs(),
    value: (r) => (r["h"] === null ? null : (r["h"] as string).replace("-", "")),
    type: { kind: "decimal", precision: 38, scale: 2 },
    reads: ["h"],
  },
  {
    make: (f) => f.a.abs(),
    value: (r) => (r["a"] === null ? null : (r["a"] as bigint) < 0n ? -(r["a"] as bigint) : (r["a"] as bigint)),
    type: { kind: "int64" },
    reads: ["a"],
  },
  {
    make: (f) => iff(f.d, f.g, 7),
    value: (r) => (r["d"] === null ? null : r["d"] === true ? (r["g"] as number | null) : 7),
    type: { kind: "int32" },
    reads: ["d", "g"],
  },
  {
    make: (f) => f.known.hour(),
    value: (r) => (r["known"] === null ? null : clock(r["known"] as bigint).getUTCHours()),
    type: { kind: "int32" },
    reads: ["known"],
  },
  {
    make: (f) => f.known.weekday(),
    value: (r) => (r["known"] === null ? null : clock(r["known"] as bigint).getUTCDay() || 7),
    type: { kind: "int32" },
    reads: ["known"],
  },
];
const PREDICATES: readonly Term[] = [
  columnTerm("d"),
  { make: (f) => f.b.isNull(), value: (r) => r["b"] === null, type: { kind: "bool" }, reads: ["b"] },
  {
    make: (f) => f.c.eq("x"),
    value: (r) => (r["c"] === null ? null : r["c"] === "x"),
    type: { kind: "bool" },
    reads: ["c"],
  },
  {
    make: (f) => f.g.isIn([1, 3]),
    value: (r) => (r["g"] === null ? null : [1, 3].includes(r["g"] as number)),
    type: { kind: "bool" },
    reads: ["g"],
  },
  {
    make: (f) => f.b.isIn([0, Number.NaN]),
    value: (r) => (r["b"] === null ? null : [0, Number.NaN].includes(r["b"] as number)),
    type: { kind: "bool" },
    reads: ["b"],
  },
  {
    make: (f) => f.d.or(f.g.ge(2)),
    value: (r) => or(r["d"] as boolean | null, r["g"] === null ? null : (r["g"] as number) >= 2),
    type: { kind: "bool" },
    reads: ["d", "g"],
  },
];
const or = (a: boolean | null, b: boolean | null) =>
  a === true || b === true ? true : a === null || b === null ? null : false;

const isNumeric = (type: Type) => !["string", "bytes", "date", "timestamp"].includes(type.kind);

const SIZES: readonly Duration[] = ["1m", "5m", "1h", "3h", "1d", "12d"];
const OFFSETS: readonly Duration[] = ["0s", "0s", "0s", "1m", "90s", "1h"];
const TTLS: readonly (Duration | null)[] = [null, null, "0s", "1m", "90s", "1h"];
const MINUTE = 60_000_000n;

export interface WindowChoice {
  readonly size: Duration | "lifetime";
  readonly options: WindowOptions & { offset: Duration };
}
export const windowChoice: fc.Arbitrary<WindowChoice> = fc.oneof(
  fc.record({
    size: fc.constantFrom<Duration>("90s", "30s", "1us", ...SIZES),
    options: fc.record({
      shape: fc.constant("sliding" as const),
      bounds: fc.constantFrom("[)", "[]", "(]", "()"),
      offset: fc.constantFrom(...OFFSETS),
    }),
  }),
  fc.constantFrom(...SIZES).chain((size) =>
    fc.record({
      size: fc.constant(size),
      options: fc.record({
        shape: fc.constant("sawtooth" as const),
        hop: fc.constantFrom(undefined, size, "1m" as Duration, "30s" as Duration, "7s" as Duration),
        bounds: fc.constantFrom("[)", "(]"),
        offset: fc.constantFrom(...OFFSETS),
      }),
    }),
  ),
  fc.constantFrom(...SIZES).chain((size) =>
    fc.record({
      size: fc.constant(size),
      options: fc.record({
        shape: fc.constant("hopping" as const),
        hop: fc.constantFrom(size, "1m" as Duration, "30s" as Duration, "5m" as Duration),
        bounds: fc.constantFrom("[)", "(]"),
        offset: fc.constantFrom(...OFFSETS),
      }),
    }),
  ),
  fc.record({
    size: fc.constant("lifetime" as const),
    options: fc.record({ bounds: fc.constantFrom("[)", "(]"), offset: fc.constantFrom(...OFFSETS) }),
  }),
) as fc.Arbitrary<WindowChoice>;

export interface Feature {
  readonly declare: (f: Any) => Any;
  readonly oracle: (name: string) => OracleFeature;
  readonly reads: readonly string[];
  readonly spans: readonly bigint[];
}

export const rowFeature: fc.Arbitrary<Feature> = fc.constantFrom(...TERMS).map((term) => ({
  declare: (f: Any) => term.make(f),
  oracle: (name: string) => ({ name, kind: "row", type: term.type, value: term.value }),
  reads: term.reads,
  spans: [],
}));

/** How each aggregate is written. */
const AGGREGATES: { readonly [K in Aggregate]: (x: Any, o: { n: number; p: number; ignoreNulls: boolean }) => Any } = {
  count: (x) => count(x),
  countDistinct: (x) => countDistinct(x),
  sum: (x) => sum(x),
  mean: (x) => mean(x),
  variance: (x) => variance(x),
  stddev: (x) => stddev(x),
  varPop: (x) => varPop(x),
  stddevPop: (x) => stddevPop(x),
  min: (x) => min(x),
  max: (x) => max(x),
  first: (x, { ignoreNulls }) => first(x, { ignoreNulls }),
  last: (x, { ignoreNulls }) => last(x, { ignoreNulls }),
  firstN: (x, { n, ignoreNulls }) => firstN(x, n, { ignoreNulls }),
  lastN: (x, { n, ignoreNulls }) => lastN(x, n, { ignoreNulls }),
  quantile: (x, { p }) => quantile(x, p),
};
const NUMERIC: readonly Aggregate[] = ["sum", "mean", "variance", "stddev", "varPop", "stddevPop"];
const ORDERED: readonly Aggregate[] = ["first", "last", "firstN", "lastN"];

export const windowFeatureOf = (windows: fc.Arbitrary<WindowChoice>): fc.Arbitrary<Feature> =>
  fc
    .record({
      aggregate: fc.constantFrom(...(Object.keys(AGGREGATES) as Aggregate[])),
      n: fc.constantFrom(1, 2, 3, 10),
      p: fc.constantFrom(0, 0.07, 0.25, 0.5, 0.3333333333333333, 0.95, 0.99, 1, 1e-7, 5e-324),
      term: fc.nat(TERMS.length - 1),
      bare: fc.boolean(),
      ignoreNulls: fc.boolean(),
      where: fc.option(fc.constantFrom(...PREDICATES), { nil: null }),
      window: windows,
    })
    .map(({ aggregate, n, p, term: index, bare, ignoreNulls: ignoring, where, window }) => {
      const numeric = TERMS.filter((x) => isNumeric(x.type));
      const pool = NUMERIC.includes(aggregate) ? numeric : TERMS;
      const term = aggregate === "count" && bare ? null : (pool[index % pool.length] as Term);
      const ignoreNulls = ORDERED.includes(aggregate) && ignoring;
      const { offset, ...rest } = window.options;
      const options = Object.fromEntries(Object.entries({ ...rest, offset }).filter(([, v]) => v !== undefined));
      const micros = (d: Duration) => BigInt(durationMicros(d));
      return {
        declare: (f: Any) => {
          const made = AGGREGATES[aggregate](term?.make(f), { n, p, ignoreNulls });
          return (where ? made.where(where.make(f)) : made).over(window.size, options) as WindowFeature;
        },
        oracle: (name: string): OracleFeature => ({
          name,
          kind: "window",
          aggregate,
          n,
          p,
          ...(term ? { arg: { type: term.type, value: term.value } } : {}),
          ...(where ? { where: where.value as (row: Row) => boolean | null } : {}),
          ignoreNulls,
          window:
            window.size === "lifetime"
              ? { shape: "lifetime" }
              : window.options.shape === "sliding"
                ? { shape: "sliding", size: micros(window.size) }
                : ({
                    shape: window.options.shape,
                    size: micros(window.size),
                    ...("hop" in options ? { hop: micros(options["hop"] as Duration) } : {}),
                  } as OracleWindow),
          bounds: (window.options as { bounds: "[)" }).bounds,
          offset: micros(offset),
        }),
        reads: [...(term?.reads ?? []), ...(where?.reads ?? [])],
        spans: [
          window.size === "lifetime" ? 0n : micros(window.size),
          micros(offset),
          "hop" in options ? micros(options["hop"] as Duration) : 0n,
        ],
      };
    })
    .filter(({ declare }) => {
      // A hop that is longer than its window is refused when it is declared; what is left is valid.
      try {
        declare(parquet("probe", { path: "", columns: COLUMNS, eventTime: "at" }) && rowProbe);
        return true;
      } catch {
        return false;
      }
    });
const windowFeature = windowFeatureOf(windowChoice);
const rowProbe = (() => {
  let row: Any;
  featureView("probe", {
    source: parquet("probe", { path: "", columns: COLUMNS, eventTime: "at" }),
    features: (f) => {
      row = f;
      return { x: f.a };
    },
  });
  return row;
})();

const jitter = fc.constantFrom(0n, 0n, 0n, -1n, 1n);
const bases = [0n, 983_448_000_000_000n, -86_400_000_000n * 3n];

/** What a row takes from the one before it: it happens at the same time, to the same key, or is a version that ties. */
const TAKES = {
  nothing: [],
  time: ["k1", "k2"],
  version: ["at", "known", "k1", "k2", "id", "part", "version"],
} as const;

const rowsOf = (base: bigint): fc.Arbitrary<Row[]> =>
  fc
    .array(
      fc.record({
        steps: fc.constantFrom(0n, 0n, 1n, 2n, 4n, 5n, 59n, 60n, 61n, 180n, 1440n, 1441n, -1n, -60n),
        jitter,
        lag: fc.constantFrom(0n, 0n, 1n, -1n, MINUTE, 5n * MINUTE, 3_600_000_000n, 86_400_000_000n, -MINUTE, null),
        k1: fc.constantFrom("p", "p", "p", "", "é|", null),
        k2: fc.constantFrom(1n, 1n, 2n, null),
        a: fc.constantFrom(null, 0n, 1n, 2n, -5n, 2n ** 53n + 1n),
        b: fc.constantFrom<number | null>(null, 0, -0, 1.5, -2.25, Number.NaN, Infinity, 0.1, 1e10),
        c: fc.constantFrom(null, "", "x", "y", "\u{1F600}", "\uffff"),
        d: fc.constantFrom(null, true, false),
        e: fc.constantFrom<number | null>(null, 0, -0, Math.fround(0.1), 3.5),
        g: fc.constantFrom(null, 0, 1, 2, 3),
        h: fc.constantFrom(null, "0.00", "1.25", "-3.10"),
        id: fc.constantFrom("1", "2", "3", "4", "5", "6", "7", "8", null),
        part: fc.constantFrom(1, 1, 1, 2, null),
        version: fc.constantFrom<bigint | null>(1n, 2n, 3n, 3n, 9n, null),
        gone: fc.constantFrom(false, false, false, null, true),
        noTime: fc.constantFrom(false, false, false, false, false, false, false, true),
        twin: fc.constantFrom<keyof typeof TAKES>("nothing", "nothing", "nothing", "nothing", "time", "version"),
      }),
      { maxLength: 30 },
    )
    .map((drawn) => {
      const rows: Row[] = [];
      let time = base;
      for (const { steps, jitter: j, lag, noTime, twin, ...values } of drawn) {
        const before = rows.at(-1);
        if (!before || twin === "nothing") time = base + steps * MINUTE + j;
        const row = { at: noTime ? null : time, known: lag === null ? null : time + lag, ...values };
        const taken = before ? TAKES[twin].map((name) => [name, before[name] ?? null]) : [];
        rows.push({ ...row, ...Object.fromEntries(taken) });
      }
      return rows;
    });

export const knownAts = [
  { make: undefined, value: (r: Row) => r["at"] as bigint | null, is: true },
  { make: (f: Any) => f.known, value: (r: Row) => r["known"] as bigint | null, is: false },
  {
    make: { delay: "5m" },
    value: (r: Row) => (r["at"] === null ? null : (r["at"] as bigint) + 5n * MINUTE),
    is: false,
  },
  {
    make: (f: Any) => f.at.plus(minutes(f.g.coalesce(0).minus(1))),
    value: (r: Row) =>
      r["at"] === null ? null : (r["at"] as bigint) + BigInt(((r["g"] as number | null) ?? 0) - 1) * MINUTE,
    is: false,
  },
] as const;

/** Whether rows are versions, by what, and whether they may be deletions. */
export const versionings = [
  {},
  {},
  { id: "id", version: "version", deleted: "gone" },
  { id: "id", version: "version", deleted: "gone" },
  { id: "id", version: "b" },
  { id: "id", deleted: "gone" },
  { id: ["id", "part"], version: "version" },
  { version: "version" },
  { deleted: "gone" },
] as const;
export type Versioning = {
  readonly id?: string | readonly string[];
  readonly version?: string;
  readonly deleted?: string;
};

const features = fc.array(fc.oneof(rowFeature, windowFeature, windowFeature), { minLength: 1, maxLength: 6 });

const choices: fc.Arbitrary<Choice> = fc
  .record({
    base: fc.constantFrom(...bases),
    keys: fc.constantFrom<string[]>(["k1"], ["k1"], ["k1", "k2"], ["k2"], []),
    ttl: fc.constantFrom(...TTLS),
    asOf: fc.constantFrom<"<=" | "<">("<=", "<"),
    knownAt: fc.constantFrom(...knownAts),
    versioning: fc.constantFrom<Versioning>(...versionings),
    features,
    dense: fc.constantFrom<Density>("none", "some", "all"),
    settle: fc.constantFrom(0, 1, 60_000_000, 3_600_000_000),
    push: fc.boolean(),
  })
  .filter(({ knownAt, versioning: { id, version } }) => id === undefined || version !== undefined || !knownAt.is);

const drawsOf = (base: bigint) =>
  fc.record({
    rows: rowsOf(base),
    asks: fc.array(
      fc.record({
        row: fc.nat(40),
        span: fc.nat(20),
        times: fc.constantFrom(0n, 1n, 1n, 1n, 2n),
        jitter,
        k1: fc.constantFrom("p", "p", "", "é|", "unseen", null),
        k2: fc.constantFrom(1n, 2n, 3n, null),
      }),
      { minLength: 1, maxLength: 25 },
    ),
    watermarkRow: fc.nat(40),
    watermarkJitter: jitter,
  });

/** Cases whose instants lie on the edges: of windows, hops, ttls, ties, and a microsecond to either side. */
export const cases: fc.Arbitrary<Case> = choices.chain((choice) =>
  drawsOf(choice.base).map(({ rows, asks, watermarkRow, watermarkJitter }) =>
    build(choice, rows, asks, watermarkRow, watermarkJitter),
  ),
);

/** A view as it is declared first, and as it is changed later, over the same rows. */
export const changingCases: fc.Arbitrary<readonly Case[]> = fc
  .record({
    first: choices,
    later: fc.array(
      fc.record({ features, ttl: fc.constantFrom(...TTLS), asOf: fc.constantFrom<"<=" | "<">("<=", "<") }),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .chain(({ first, later }) =>
    drawsOf(first.base).map(({ rows, asks, watermarkRow, watermarkJitter }) =>
      [first, ...later.map((change) => ({ ...first, ...change }))].map((choice) =>
        build(choice, rows, asks, watermarkRow, watermarkJitter),
      ),
    ),
  );

export type Choice = {
  readonly base: bigint;
  readonly keys: string[];
  readonly ttl: Duration | null;
  readonly asOf: "<=" | "<";
  readonly knownAt: (typeof knownAts)[number];
  readonly versioning: Versioning;
  readonly features: readonly Feature[];
  readonly dense: Density;
  readonly settle: number;
  readonly push: boolean;
};
type Ask = { row: number; span: number; times: bigint; jitter: bigint; k1: string | null; k2: bigint | null };

export function build(
  choice: Choice,
  rows: readonly Row[],
  asks: readonly Ask[],
  watermarkRow: number,
  watermarkJitter: bigint,
): Case {
  const { keys, ttl, asOf, knownAt, versioning, features } = choice;
  const push = choice.push && versioning.id !== undefined;
  const source = parquet("events", {
    path: "events.parquet",
    columns: COLUMNS,
    eventTime: "at",
    ...(knownAt.make ? { knownAt: knownAt.make } : {}),
    ...versioning,
    ...(push ? { push } : {}),
  } as Any);
  const names = features.map((_, i) => `f${i}`);
  const view = featureView("v", {
    ...(keys.length > 0
      ? { entity: entity("thing", Object.fromEntries(keys.map((k) => [k, COLUMNS[k as "k1"]]))) }
      : {}),
    source,
    ...(ttl === null ? {} : { ttl }),
    asOf,
    features: (f: Any) => Object.fromEntries(features.map((x, i) => [names[i], x.declare(f)])),
  } as Any);
  const reads = new Set(features.flatMap((f) => f.reads));
  const oracleSource: OracleSource = {
    columns: NAMES.map((name) => ({ name, type: TYPES[name] as Type })),
    eventTime: "at",
    knownAt: knownAt.value,
    knownAtIsEventTime: knownAt.is,
    ...(versioning as Any),
  };
  const oracle: OracleView = {
    keys,
    source: oracleSource,
    asOf,
    reads: NAMES.filter((n) => reads.has(n)),
    features: features.map((f, i) => f.oracle(names[i] as string)),
    ...(ttl === null ? {} : { ttl: BigInt(durationMicros(ttl)) }),
  };
  const spans = [
    0n,
    ...(ttl === null ? [] : [BigInt(durationMicros(ttl))]),
    ...features.flatMap((f) => f.spans),
    MINUTE,
  ];
  const timeOf = (index: number): bigint => {
    const row = rows[index % Math.max(1, rows.length)];
    return (row?.["at"] as bigint | null) ?? (row?.["known"] as bigint | null) ?? choice.base;
  };
  const knownOf = (index: number): bigint => {
    const row = rows[index % Math.max(1, rows.length)];
    return (row && knownAt.value(row)) ?? choice.base;
  };
  const made: Case = {
    service: featureService("s", [view]),
    oracle,
    types: new Map(oracle.features.map((f) => [f.name, resultType(f)])),
    rows,
    asks: asks.map((ask) => ({
      key: keys.map((k) => (k === "k1" ? ask.k1 : ask.k2)),
      t:
        (ask.row % 2 ? timeOf(ask.row) : knownOf(ask.row)) +
        (spans[ask.span % spans.length] as bigint) * ask.times +
        ask.jitter,
    })),
    keys,
    dense: choice.dense,
    settle: choice.settle,
    watermark: knownOf(watermarkRow) + watermarkJitter,
    push,
  };
  return Object.assign(made, { [fc.toStringMethod]: () => describeCase(made, choice) });
}

/** What a failing case is, in a few lines. */
function describeCase(c: Case, choice: Choice): string {
  return fc.stringify({
    keys: c.keys,
    ttl: choice.ttl,
    asOf: choice.asOf,
    knownAt: typeof choice.knownAt.make === "object" ? choice.knownAt.make : String(choice.knownAt.make),
    versioning: choice.versioning,
    push: c.push,
    features: c.oracle.features.map((f) => ({
      ...f,
      ...(f.kind === "window" ? { where: f.where && String(f.where) } : {}),
    })),
    rows: c.rows,
    asks: c.asks,
    dense: c.dense,
    settle: c.settle,
    watermark: c.watermark,
  });
}

export const columnTypes: Readonly<Record<string, Type>> = TYPES;
