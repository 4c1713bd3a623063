import { toWire, type Value } from "@lockstep/core";
import { type decodeState, readOpened } from "./decode-state.js";
import { type Cell, keyValues } from "./key-reads.js";
import type { KeyState } from "./key-state.js";
import { LatestState } from "./latest-state.js";
import { stampsOf } from "./mark.js";
import { openState } from "./open-state.js";
import { type Failure, outcomeOf } from "./outcome.js";
import type { ViewRead } from "./service-plan.js";
import { compareStampBytes, STAMP_LENGTH, STAMP_OFFSET } from "./stamp.js";
import type { Mark, ReadResult } from "./store.js";

const STAMP_END = STAMP_OFFSET + STAMP_LENGTH;

type Inputs = readonly (readonly Value[])[];

/** A key's state, null for a key never seen, or what is wrong with its bytes. */
export type CellState = KeyState | null | Failure;

export function cellStates(
  cells: readonly Cell[],
  { states, published }: ReadResult,
  inputs: Inputs,
  decode?: typeof decodeState,
): CellState[] {
  return cells.map((cell) => {
    const bytes = states[cell.key]?.[cell.position] ?? null;
    if (bytes === null || isGone(bytes, published.get(cell.view.generation))) return null;
    return outcomeOf(
      () => cellName(cell, inputs),
      () => (decode ? decode(cell.view.layout, bytes) : stateOf(cell.view, bytes)),
    );
  });
}

function stateOf({ layout, latest }: ViewRead, bytes: Uint8Array): KeyState {
  const opened = openState(layout, bytes);
  return (latest && LatestState.of(opened, latest.layout)) ?? readOpened(opened);
}

/** A full run did not find its key, and has not removed it yet, or a run of a smaller T has put it back since. */
function isGone(bytes: Uint8Array, mark: Mark | undefined): boolean {
  if (mark?.floor === undefined || bytes.length < STAMP_END) return false;
  return compareStampBytes(bytes, stampsOf(mark).floor) < 0;
}

/** For people: `view 'origin_delays', origin "ORD"`. */
export function cellName({ view, row }: Cell, inputs: Inputs): string {
  const values = keyValues(view, inputs, row);
  const parts = view.view.keys.map(({ key, type }, i) => `${key} ${JSON.stringify(toWire(type, values[i] ?? null))}`);
  return [`view '${view.view.name}'`, ...parts].join(", ");
}
