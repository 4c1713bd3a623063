import type { State, Value } from "@lockstep/core";
import type { Stamp } from "./store.js";

/** A key's state as it is read: StateLayout's parts, by column. */
export interface KeyState {
  readonly stamp: Stamp;
  /** The winner at the stamp's T, and the values of `layout.latest.inputs`. */
  readonly latest: { readonly at: bigint; readonly values: readonly Value[] } | null;
  /** A group each: the tiles' starts, ascending, and for each partial a state a tile. */
  readonly tiles: readonly { readonly starts: readonly bigint[]; readonly partials: readonly (readonly State[])[] }[];
  /** A group each: a state for each partial. */
  readonly lifetimes: readonly (readonly State[])[];
  /** The rows in the order of events: when they happened, and for each input, then each column of a ledger, a value a row. */
  readonly events: { readonly at: readonly bigint[]; readonly inputs: readonly (readonly Value[])[] };
}
