import { formatDays, type Kind, type StateLayout, type TypeIR, type Value } from "@lockstep/core";
import { PAYLOAD } from "./open-state.js";

/** Where a layout's row features lie in a state's bytes: for layouts of nothing else, all of them of fixed width. */
export interface LatestSlots {
  /** How many bits come first: the winner's event time, then the row features. */
  readonly bits: number;
  /** Where the values begin. */
  readonly values: number;
  readonly slots: readonly Slot[];
  /** The places of all slots, and where they end, where none is null. */
  readonly places: readonly number[];
}

export interface Slot {
  readonly width: number;
  readonly read: (view: DataView, at: number) => Value;
}

// As in value-codec.ts. A bool is not here: its byte could be neither, and only a whole decoding says so.
const SLOTS: { readonly [K in Kind]?: Slot } = {
  int32: { width: 4, read: (view, at) => view.getInt32(at, true) },
  int64: { width: 8, read: (view, at) => view.getBigInt64(at, true) },
  duration: { width: 8, read: (view, at) => view.getBigInt64(at, true) },
  timestamp: { width: 8, read: (view, at) => view.getBigInt64(at, true) },
  float32: { width: 4, read: (view, at) => view.getFloat32(at, true) },
  float64: { width: 8, read: (view, at) => view.getFloat64(at, true) },
  date: { width: 4, read: (view, at) => formatDays(view.getInt32(at, true)) },
};
const TIME: TypeIR = { kind: "timestamp" };

export function latestSlots({ inputs, latest, tiles, lifetimes }: StateLayout): LatestSlots | null {
  if (!latest || tiles.length > 0 || lifetimes.length > 0) return null;
  const slots: Slot[] = [];
  for (const { kind } of [TIME, ...latest.inputs.map((i) => inputs[i]?.type as TypeIR)]) {
    const slot = SLOTS[kind];
    if (!slot) return null;
    slots.push(slot);
  }
  const values = PAYLOAD + ((slots.length + 7) >> 3);
  const places: number[] = [];
  let at = values;
  for (const { width } of slots) {
    places.push(at);
    at += width;
  }
  return { bits: slots.length, values, slots, places: [...places, at] };
}
