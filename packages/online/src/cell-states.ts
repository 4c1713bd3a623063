import { toWire, type Value } from "@lockstep/core";
import { decodeState } from "./decode-state.js";
import { type Cell, keyValues } from "./key-reads.js";
import type { KeyState } from "./key-state.js";
import { type Failure, outcomeOf } from "./outcome.js";
import type { ReadResult } from "./store.js";

type Inputs = readonly (readonly Value[])[];

/** A key's state, null for a key never seen, or what is wrong with its bytes. */
export type CellState = KeyState | null | Failure;

export function cellStates(cells: readonly Cell[], states: ReadResult["states"], inputs: Inputs): CellState[] {
  return cells.map((cell) => {
    const bytes = states[cell.key]?.[cell.position] ?? null;
    if (bytes === null) return null;
    return outcomeOf(
      () => cellName(cell, inputs),
      () => decodeState(cell.view.layout, bytes),
    );
  });
}

/** For people: `view 'origin_delays', origin "ORD"`. */
export function cellName({ view, row }: Cell, inputs: Inputs): string {
  const values = keyValues(view, inputs, row);
  const parts = view.view.keys.map(({ key, type }, i) => `${key} ${JSON.stringify(toWire(type, values[i] ?? null))}`);
  return [`view '${view.view.name}'`, ...parts].join(", ");
}
