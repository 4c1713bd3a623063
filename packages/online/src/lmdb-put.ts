import { nearKeyOrder } from "./key-order.js";
import type { LmdbDatabase } from "./lmdb-environment.js";
import type { LmdbKeys } from "./lmdb-keys.js";
import { LAST_ONLY, NEW_ONLY, putIf } from "./lmdb-put-if.js";
import { isIntact } from "./open-state.js";
import { compareStampBytes, STAMP_LENGTH, STAMP_OFFSET } from "./stamp.js";
import { entryStart, type States } from "./states.js";

/** What a transaction that put states did. */
export interface LmdbPut {
  readonly written: number;
  /** The generation had no state before. */
  readonly wasEmpty: boolean;
  /** How many keys were found or left without an older state, by what a state of the stamp begins with, one after another. */
  readonly settled: readonly SettledKeys[];
}

export interface SettledKeys {
  readonly of: Uint8Array;
  readonly keys: number;
}

/** Some twenty milliseconds of the write lock. */
const COUNT = 25_000;
const BYTES = 8 << 20;

/**
 * Puts each state unless its key holds one of a greater stamp that is not damaged, in the order of the keys, one
 * transaction after another, as `transact` makes them. `tell` is told of each within it. Returns how many were put.
 */
export async function putStates(
  db: LmdbDatabase,
  keys: LmdbKeys,
  generation: number,
  states: States,
  transact: <T>(work: () => T) => Promise<T>,
  tell: (put: LmdbPut) => void,
): Promise<number> {
  const keyOf = keys.statePlaces(generation);
  const all = { ...keys.states(generation), limit: 1 };
  const order = nearKeyOrder(states);
  let written = 0;
  for (const places of batchesOf(states.ends, order)) {
    written += await transact(() => {
      const wasEmpty = [...db.getKeys(all)].length === 0;
      const put = { wasEmpty, ...putSome(db, keyOf, states, places) };
      tell(put);
      return put.written;
    });
  }
  return written;
}

function* batchesOf(ends: Uint32Array, order: Uint32Array): Generator<Uint32Array> {
  let from = 0;
  let bytes = 0;
  for (let i = 0; i < order.length; i++) {
    const place = order[i] as number;
    const size = (ends[2 * place + 1] as number) - entryStart(ends, place);
    if (i > from && (i - from === COUNT || bytes + size > BYTES)) {
      yield order.subarray(from, i);
      from = i;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < order.length) yield order.subarray(from);
}

type KeyOf = ReturnType<LmdbKeys["statePlaces"]>;

/** As lmdb takes bytes that lie among others. */
interface Among extends Buffer {
  start?: number;
  end?: number;
}

function putSome(
  db: LmdbDatabase,
  keyOf: KeyOf,
  { bytes, ends }: States,
  places: Uint32Array,
): Pick<LmdbPut, "written" | "settled"> {
  const value: Among = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const settled: { of: Uint8Array; keys: number }[] = [];
  let last: { of: Uint8Array; keys: number } | undefined;
  const settle = (from: number, to: number): void => {
    if (last && compareStampBytes(bytes, last.of, from, to) === 0) {
      last.keys++;
      return;
    }
    last = { of: bytes.slice(from, Math.min(to, from + STAMP_OFFSET + STAMP_LENGTH)), keys: 1 };
    settled.push(last);
  };
  let written = 0;
  // A key is looked up once where it is new, as the one before it was, and else not looked up as if it were. One that
  // comes after all others, as the one before it did, is not even looked up: LMDB compares it with the last.
  let isLast = true;
  let isNew = true;
  for (const place of places) {
    const [middle, end] = [ends[2 * place] as number, ends[2 * place + 1] as number];
    const key = keyOf(bytes, entryStart(ends, place), middle);
    value.start = bytes.byteOffset + middle;
    value.end = bytes.byteOffset + end;
    isLast &&= putIf(db, key, value, LAST_ONLY);
    if (isLast || (isNew && putIf(db, key, value, NEW_ONLY))) {
      settle(middle, end);
      written++;
      continue;
    }
    const held = db.getBinaryFast(key);
    isNew = held === undefined;
    const order = held === undefined ? 1 : compareStampBytes(bytes, held, middle, end);
    if (order !== 0) settle(middle, end);
    if (order < 0 && isIntact(db.getBinary(key) as Buffer)) continue;
    db.putSync(key, value);
    written++;
  }
  return { written, settled };
}
