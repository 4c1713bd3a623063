import type { TypeIR } from "./ir.js";
import type { Value } from "./wire.js";

/** A column of values: what passes between the database, the codec and Arrow without becoming row objects. */
export interface Column {
  readonly type: TypeIR;
  valid(row: number): boolean;
  /** The value, or null where it is not valid. */
  get(row: number): Value;
  /** The raw values of a fixed-width numeric type, to copy without boxing; invalid rows hold anything. */
  readonly raw?: Float64Array | Float32Array | Int32Array | BigInt64Array;
  /** Validity as bits, the lowest first, 1 where there is a value; null: there is one in every row. */
  readonly bits?: Uint8Array | null;
  /** The bytes of a valid string, json or bytes value, to copy undecoded. They may end with the column. */
  readonly bytes?: (row: number) => Uint8Array;
}

/** For each row, a range of rows in child columns. */
export interface ListColumns {
  range(row: number): readonly [from: number, to: number];
  readonly columns: readonly Column[];
}

/** The states of many keys of one view, by column. Mirrors StateLayout. */
export interface StateBatch {
  readonly rows: number;
  readonly keys: readonly Column[];
  /** The winner's event time (null: no winner) and the values of `layout.latest.inputs`. */
  readonly latest: { readonly at: Column; readonly values: readonly Column[] } | null;
  /** A group each: child columns are the tile's start, then every partial's storage columns in order. */
  readonly tiles: readonly ListColumns[];
  /** A group each: every partial's storage columns in order. */
  readonly lifetimes: readonly (readonly Column[])[];
  /** Child columns are the event time, then every input; rows in the order of events. */
  readonly events: ListColumns;
}
