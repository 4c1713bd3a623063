import { equalityKey, identityKey } from "./equality.js";
import type { NamedType, TypeIR } from "./ir.js";
import { type Moments, mergeMoments, momentsOf, NO_MOMENTS } from "./moments.js";
import { compareValues } from "./order.js";
import type { ValueCounts } from "./quantile.js";
import { decimalUnscaled, type Value } from "./wire.js";

/** The mergeable pieces of which aggregates are made. */
export type PartialFn =
  | "count"
  | "sum"
  | "moments"
  | "min"
  | "max"
  | "first"
  | "last"
  | "firstN"
  | "lastN"
  | "distinct"
  | "values";

/** A partial's state in memory; null: no rows, or no values. */
export type State = null | Value | EventState | Moments | ValueCounts;
export interface EventState {
  readonly at: bigint;
  readonly value: Value;
}

/** What a partial is over. */
export interface PartialOf {
  readonly argument: TypeIR | null;
  /** How many values it keeps; only where the partial is `limited`. */
  readonly n?: number;
}

export interface PartialRow {
  /** The columns that hold a state in the online store, in order. */
  readonly storage: (argument: TypeIR | null) => readonly NamedType[];
  /** The stored columns to a state. */
  readonly load: (columns: readonly Value[]) => State;
  /** One event's contribution. `value` is null where the argument is; `at` is the event time. */
  readonly lift: (value: Value, at: bigint, of: PartialOf) => State;
  /** Of states in the order of events. */
  readonly merge: (states: readonly State[], of: PartialOf) => State;
  /** The state over no rows. */
  readonly empty: State;
  /** Depends on the order of events. */
  readonly ranked?: true;
  /** Keeps `n` values. */
  readonly limited?: true;
  /** Grows with the number of distinct values, which `maxEntries` bounds. */
  readonly growing?: true;
}

const INT64: TypeIR = { kind: "int64" };
const FLOAT64: TypeIR = { kind: "float64" };
const exact = (type: TypeIR | null) =>
  type !== null && (type.kind === "bool" || type.kind === "int32" || type.kind === "int64" || type.kind === "decimal");
const argumentOr = (type: TypeIR | null): TypeIR => type ?? INT64;
const listOf = (type: TypeIR | null): TypeIR => ({ kind: "list", element: argumentOr(type) });

/** A bool counts as 0 or 1. */
const numberOf = (value: Value): number => Number(value);

const extreme = (better: (order: number) => boolean): PartialRow => ({
  storage: (type) => [{ name: "value", type: argumentOr(type) }],
  load: ([value = null]) => value,
  lift: (value) => value,
  merge: (states, { argument }) => {
    let best: Value = null;
    for (const state of states as readonly Value[]) {
      if (state === null) continue;
      if (best === null || better(compareValues(argumentOr(argument), state, best))) best = state;
    }
    return best;
  },
  empty: null,
});

/** The value of the first or the last event, null or not. */
const oneEvent = (find: (states: readonly State[]) => State | undefined): PartialRow => ({
  storage: (type) => [
    { name: "value", type: argumentOr(type) },
    { name: "at", type: { kind: "timestamp" } },
  ],
  load: ([value = null, at = null]) => (at === null ? null : { at: at as bigint, value }),
  lift: (value, at) => ({ at, value }),
  merge: (states) => find(states) ?? null,
  empty: null,
  ranked: true,
});

/** The values of the first or the last `n` events, the outermost first. */
const someEvents = (outermostFirst: (states: readonly State[]) => readonly State[]): PartialRow => ({
  storage: (type) => [{ name: "values", type: listOf(type) }],
  load: ([values]) => values ?? [],
  lift: (value) => [value],
  merge: (states, { n = 0 }) => {
    const values: Value[] = [];
    for (const state of outermostFirst(states)) {
      if (values.length >= n) break;
      values.push(...(state as readonly Value[]).slice(0, n - values.length));
    }
    return values;
  },
  empty: [],
  ranked: true,
  limited: true,
});

const isThere = (state: State) => state !== null;

export const PARTIALS: { readonly [K in PartialFn]: PartialRow } = {
  /** Rows, or the values that are not null where there is an argument. */
  count: {
    storage: () => [{ name: "count", type: INT64 }],
    load: ([count]) => Number(count ?? 0n),
    lift: (value, _at, { argument }) => (argument === null || value !== null ? 1 : 0),
    merge: (states) => (states as readonly number[]).reduce((a, b) => a + b, 0),
    empty: 0,
  },
  /** Exact (unscaled for decimals) in 128 bits, or float64. */
  sum: {
    storage: (type) => [{ name: "sum", type: exact(type) ? { kind: "int128" } : FLOAT64 }],
    load: ([sum = null]) => sum,
    lift: (value, _at, { argument }) => {
      if (value === null || !exact(argument)) return value;
      if (argument?.kind === "decimal") return decimalUnscaled(value as string);
      return typeof value === "boolean" ? (value ? 1n : 0n) : BigInt(value as number | bigint);
    },
    merge: (states) =>
      states.reduce(
        (a, b) =>
          a === null || b === null
            ? (a ?? b)
            : typeof a === "bigint"
              ? a + (b as bigint)
              : (a as number) + (b as number),
        null,
      ),
    empty: null,
  },
  moments: {
    storage: () => [
      { name: "n", type: INT64 },
      { name: "mean", type: FLOAT64 },
      { name: "m2", type: FLOAT64 },
    ],
    load: ([n, mean, m2]) => ({ n: Number(n ?? 0n), mean: Number(mean ?? 0), m2: Number(m2 ?? 0) }),
    lift: (value) => (value === null ? NO_MOMENTS : momentsOf(numberOf(value))),
    merge: (states) => (states as readonly Moments[]).reduce(mergeMoments, NO_MOMENTS),
    empty: NO_MOMENTS,
  },
  min: extreme((order) => order < 0),
  max: extreme((order) => order > 0),
  first: oneEvent((states) => states.find(isThere)),
  last: oneEvent((states) => states.findLast(isThere)),
  firstN: someEvents((states) => states),
  lastN: someEvents((states) => states.toReversed()),
  /** The distinct values, in no order; which of two that are equal is left open. */
  distinct: {
    storage: (type) => [{ name: "values", type: listOf(type) }],
    load: ([values]) => values ?? [],
    lift: (value) => (value === null ? [] : [value]),
    merge: (states, { argument }) => {
      const seen = new Map<unknown, Value>();
      for (const state of states as readonly (readonly Value[])[]) {
        for (const value of state) seen.set(equalityKey(argumentOr(argument), value), value);
      }
      return [...seen.values()];
    },
    empty: [],
    growing: true,
  },
  /** The distinct values (-0 and +0 are two) and how often each occurs, in no order. */
  values: {
    storage: (type) => [
      { name: "values", type: listOf(type) },
      { name: "counts", type: listOf(INT64) },
    ],
    load: ([values, counts]) => ({
      values: (values ?? []) as readonly Value[],
      counts: ((counts ?? []) as readonly bigint[]).map(Number),
    }),
    lift: (value) => (value === null ? NO_VALUES : { values: [value], counts: [1] }),
    merge: (states, { argument }) => {
      const places = new Map<unknown, number>();
      const values: Value[] = [];
      const counts: number[] = [];
      for (const state of states as readonly ValueCounts[]) {
        state.values.forEach((value, i) => {
          const key = identityKey(argumentOr(argument), value);
          const place = places.get(key) ?? values.push(value) - 1;
          places.set(key, place);
          counts[place] = (counts[place] ?? 0) + (state.counts[i] as number);
        });
      }
      return { values, counts };
    },
    empty: { values: [], counts: [] },
    growing: true,
  },
};

const NO_VALUES: ValueCounts = { values: [], counts: [] };
