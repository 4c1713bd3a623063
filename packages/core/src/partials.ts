import type { NamedType, TypeIR } from "./ir.js";
import { compareValues } from "./order.js";
import { decimalUnscaled, type Value } from "./wire.js";

/** The mergeable pieces of which aggregates are made. */
export type PartialFn = "count" | "sum" | "min" | "max" | "last";

/** A partial's state in memory; null: no rows, or no values. */
export type State = null | number | bigint | string | boolean | Uint8Array | LastState | Value;
export interface LastState {
  readonly at: bigint;
  readonly value: Value;
}

export interface PartialRow {
  /** The columns that hold a state in the online store, in order. */
  readonly storage: (argument: TypeIR | null) => readonly NamedType[];
  /** The stored columns to a state and back. */
  readonly load: (columns: readonly Value[], argument: TypeIR | null) => State;
  /** One event's contribution. `value` is null where the argument is; `at` is the event time. */
  readonly lift: (value: Value, at: bigint, argument: TypeIR | null) => State;
  /** `b` comes after `a` in the order of events. */
  readonly merge: (a: State, b: State, argument: TypeIR | null) => State;
  /** The state over no rows. */
  readonly empty: State;
}

const exact = (type: TypeIR | null) =>
  type !== null && (type.kind === "bool" || type.kind === "int32" || type.kind === "int64" || type.kind === "decimal");

const either =
  (pick: (a: Value, b: Value, type: TypeIR) => Value): PartialRow["merge"] =>
  (a, b, type) =>
    a === null || b === null || type === null ? (a ?? b) : pick(a as Value, b as Value, type);
const argumentOr = (type: TypeIR | null): TypeIR => type ?? { kind: "int64" };

const extreme = (pick: (order: number) => boolean): PartialRow => ({
  storage: (type) => [{ name: "value", type: argumentOr(type) }],
  load: ([value = null]) => value,
  lift: (value) => value,
  merge: either((a, b, type) => (pick(compareValues(type, b, a)) ? b : a)),
  empty: null,
});

export const PARTIALS: { readonly [K in PartialFn]: PartialRow } = {
  /** Rows, or the values that are not null where there is an argument. */
  count: {
    storage: () => [{ name: "count", type: { kind: "int64" } }],
    load: ([count]) => Number(count ?? 0n),
    lift: (value, _at, type) => (type === null || value !== null ? 1 : 0),
    merge: (a, b) => (a as number) + (b as number),
    empty: 0,
  },
  /** Exact (unscaled for decimals) in 128 bits, or float64. */
  sum: {
    storage: (type) => [{ name: "sum", type: exact(type) ? { kind: "int128" } : { kind: "float64" } }],
    load: ([sum = null]) => sum,
    lift: (value, _at, type) => {
      if (value === null || !exact(type)) return value;
      if (type?.kind === "decimal") return decimalUnscaled(value as string);
      return typeof value === "boolean" ? (value ? 1n : 0n) : BigInt(value as number | bigint);
    },
    merge: (a, b) =>
      a === null || b === null ? (a ?? b) : typeof a === "bigint" ? a + (b as bigint) : (a as number) + (b as number),
    empty: null,
  },
  min: extreme((order) => order < 0),
  max: extreme((order) => order > 0),
  /** The value of the greatest event, null or not. */
  last: {
    storage: (type) => [
      { name: "value", type: argumentOr(type) },
      { name: "at", type: { kind: "timestamp" } },
    ],
    load: ([value = null, at = null]) => (at === null ? null : { at: at as bigint, value }),
    lift: (value, at) => ({ at, value }),
    merge: (a, b) => b ?? a,
    empty: null,
  },
};
