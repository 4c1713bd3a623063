import { crc32 } from "node:zlib";
import { LockstepError, PARTIALS, type PartialSpec, type State, type StateLayout, type Value } from "@lockstep/core";
import { ByteReader, BytesInvalid } from "./byte-reader.js";
import { type Grid, readInstants } from "./instants.js";
import type { KeyState } from "./key-state.js";
import { readStamp, STAMP_LENGTH, STAMP_OFFSET } from "./stamp.js";
import { CHECKSUM_LENGTH, EVENT_TIMES, FORMAT_VERSION, type StateCodec, stateCodec } from "./state-codec.js";
import type { Stamp } from "./store.js";
import type { ValueCodec } from "./value-codec.js";
import { readValues } from "./values.js";

const PAYLOAD = STAMP_OFFSET + STAMP_LENGTH;

/**
 * What encodeState wrote. Damaged bytes are STATE_CORRUPT; intact ones of another version of Lockstep are
 * STATE_FORMAT, and of another definition of the view STATE_LAYOUT.
 */
export function decodeState(layout: StateLayout, bytes: Uint8Array): KeyState {
  const codec = stateCodec(layout);
  try {
    const reader = new ByteReader(bytes, PAYLOAD, checkedEnd(bytes));
    if (reader.u16() !== codec.fingerprint) throw anotherLayout();
    const state = readState(codec, reader, readStamp(bytes));
    reader.finish();
    return state;
  } catch (error) {
    if (error instanceof BytesInvalid) throw corrupt(error.message);
    throw error;
  }
}

/** Where the payload ends, once the checksum and the version are right. */
function checkedEnd(bytes: Uint8Array): number {
  const end = bytes.length - CHECKSUM_LENGTH;
  if (end < PAYLOAD) throw corrupt(`${bytes.length} bytes are too few`);
  const written = new DataView(bytes.buffer, bytes.byteOffset + end, CHECKSUM_LENGTH).getUint32(0, true);
  if (crc32(bytes.subarray(0, end)) !== written) throw corrupt("the checksum is wrong");
  if (bytes[0] !== FORMAT_VERSION) throw anotherFormat(bytes[0]);
  return end;
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

const corrupt = (why: string) =>
  new LockstepError({
    code: "STATE_CORRUPT",
    what: `a state's bytes are damaged: ${why}`,
    mend: "run a full `fs materialize` of the view",
  });

const anotherFormat = (version: number | undefined) =>
  new LockstepError({
    code: "STATE_FORMAT",
    what: `a state has format ${version}, and this version of Lockstep reads ${FORMAT_VERSION}`,
    mend: "read it with the version that wrote it, or run a full `fs materialize` with this one",
  });

const anotherLayout = () =>
  new LockstepError({
    code: "STATE_LAYOUT",
    what: "a state was written for another definition of its view",
    mend: "run a full `fs materialize` of the view",
  });
