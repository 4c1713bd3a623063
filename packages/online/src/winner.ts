import type { StateLayout, Value } from "@lockstep/core";
import { firstFrom } from "./instants.js";
import type { KeyState } from "./key-state.js";

/** The event that gives a key's row features: the stored one, or a row that came to pass since. */
export interface Winner {
  readonly at: bigint;
  /** Index into the events, or null for the stored one. */
  readonly row: number | null;
}

/**
 * The greatest event that is visible at `t`. The rows are all events from some instant on, in the order of events: the
 * last visible one wins, and the stored winner only where none is visible.
 */
export function winnerAt(layout: StateLayout, state: KeyState, t: bigint): Winner | null {
  if (!layout.latest) return null;
  const row = firstFrom(state.events.at, layout.latest.asOf === "<" ? t : t + 1n) - 1;
  const at = state.events.at[row];
  return at === undefined ? state.latest && { at: state.latest.at, row: null } : { at, row };
}

export const winnerValue = (state: KeyState, { row }: Winner, input: number, slot: number): Value =>
  (row === null ? state.latest?.values[slot] : state.events.inputs[input]?.[row]) ?? null;
