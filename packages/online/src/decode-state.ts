import { PARTIALS, type PartialSpec, type State, type StateLayout, type Value } from "@lockstep/core";
import { ByteReader, BytesInvalid } from "./byte-reader.js";
import { type Grid, readInstants } from "./instants.js";
import type { KeyState } from "./key-state.js";
import { corrupt, type OpenState, openState, PAYLOAD } from "./open-state.js";
import { readStamp } from "./stamp.js";
import { EVENT_TIMES, type StateCodec } from "./state-codec.js";
import type { Stamp } from "./store.js";
import type { ValueCodec } from "./value-codec.js";
import { readValues } from "./values.js";

/** What encodeState wrote; throws as `openState` does. */
export const decodeState = (layout: StateLayout, bytes: Uint8Array): KeyState => readOpened(openState(layout, bytes));

/** All that an opened state holds. */
export function readOpened({ codec, bytes, end }: OpenState): KeyState {
  try {
    const reader = new ByteReader(bytes, PAYLOAD, end);
    const state = readState(codec, reader, readStamp(bytes));
    reader.finish();
    return state;
  } catch (error) {
    if (error instanceof BytesInvalid) throw corrupt(error.message);
    throw error;
  }
}

function readState(codec: StateCodec, from: ByteReader, stamp: Stamp): KeyState {
  return {
    stamp,
    latest: codec.latest && readLatest(from, codec.latest),
    tiles: codec.tiles.map(({ grid, columns, partials }) => {
      const list = readList(from, grid, columns, stamp.t);
      return { starts: list.instants, partials: statesOf(partials, list.columns, list.instants.length) };
    }),
    lifetimes: codec.lifetimes.map(({ columns, partials }) => {
      const row = readValues(from, columns.length, (i) => columns[i] as ValueCodec);
      return statesOf(
        partials,
        row.map((value) => [value]),
        1,
      ).map(([state = null]) => state);
    }),
    events: readEvents(from, codec.events, stamp.t),
  };
}

function readLatest(from: ByteReader, codecs: readonly ValueCodec[]): KeyState["latest"] {
  const [at = null, ...values] = readValues(from, codecs.length, (i) => codecs[i] as ValueCodec);
  return at === null ? null : { at: at as bigint, values };
}

function readEvents(from: ByteReader, codecs: readonly ValueCodec[], t: bigint): KeyState["events"] {
  const { instants, columns } = readList(from, EVENT_TIMES, codecs, t);
  return { at: instants, inputs: columns };
}

interface List {
  readonly instants: readonly bigint[];
  readonly columns: readonly (readonly Value[])[];
}

function readList(from: ByteReader, grid: Grid, codecs: readonly ValueCodec[], t: bigint): List {
  const count = from.count();
  if (count === 0) return { instants: [], columns: codecs.map(() => []) };
  const instants = readInstants(from, grid, t, count);
  return { instants, columns: codecs.map((codec) => readValues(from, count, () => codec)) };
}

/** Storage columns to a list of states for each partial. */
function statesOf(partials: readonly PartialSpec[], columns: readonly (readonly Value[])[], count: number): State[][] {
  let next = 0;
  return partials.map(({ fn, storage }) => {
    const own = columns.slice(next, next + storage.length);
    next += storage.length;
    const { load } = PARTIALS[fn];
    const states: State[] = [];
    // One list for all rows: `load` takes values out of it and does not keep it.
    const values: Value[] = own.map(() => null);
    for (let row = 0; row < count; row++) {
      for (let c = 0; c < own.length; c++) values[c] = own[c]?.[row] ?? null;
      states.push(load(values));
    }
    return states;
  });
}
