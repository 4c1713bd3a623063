import { toWire, type Value } from "@lockstep/core";
import { decodeState } from "./decode-state.js";
import { type Cell, keyValues } from "./key-reads.js";
import type { KeyState } from "./key-state.js";
import { type Failure, isFailure, outcomeOf } from "./outcome.js";
import { compareStamps, type Mark, type ReadResult, type Stamp } from "./store.js";

type Inputs = readonly (readonly Value[])[];

/** A key's state, null for a key never seen, or what is wrong with its bytes. */
export type CellState = KeyState | null | Failure;

export function cellStates(
  cells: readonly Cell[],
  { states, published }: ReadResult,
  inputs: Inputs,
  decode: typeof decodeState = decodeState,
): CellState[] {
  return cells.map((cell) => {
    const bytes = states[cell.key]?.[cell.position] ?? null;
    if (bytes === null) return null;
    const state = outcomeOf(
      () => cellName(cell, inputs),
      () => decode(cell.view.layout, bytes),
    );
    return isFailure(state) || !isGone(state.stamp, published.get(cell.view.generation)) ? state : null;
  });
}

/** A full run did not find its key, and has not removed it yet, or a run of a smaller T has put it back since. */
const isGone = (stamp: Stamp, mark: Mark | undefined): boolean =>
  mark?.floor !== undefined && compareStamps(stamp, mark.floor) < 0;

/** For people: `view 'origin_delays', origin "ORD"`. */
export function cellName({ view, row }: Cell, inputs: Inputs): string {
  const values = keyValues(view, inputs, row);
  const parts = view.view.keys.map(({ key, type }, i) => `${key} ${JSON.stringify(toWire(type, values[i] ?? null))}`);
  return [`view '${view.view.name}'`, ...parts].join(", ");
}
