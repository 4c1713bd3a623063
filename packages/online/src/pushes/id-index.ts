import type { StateLayout } from "@lockstep/core";
import { ByteWriter } from "../byte-writer.js";
import { readStamp, STAMP_LENGTH, STAMP_OFFSET, writeStamp } from "../stamp.js";
import { compareStamps, type Mark, type Stamp } from "../store.js";
import { compareEntries, type Entry } from "./entry.js";
import { entryCodec } from "./entry-codec.js";
import { type Held, readHeld, writeHeld } from "./row-codec.js";
import { anotherLedger, sealed, unsealed } from "./sealed.js";

/**
 * What the batch knows of an id, in an extra state of the generation: its version at T, and those that it had at
 * earlier stamps which keys may still be at, because the run since has not come to them or has broken off.
 */
export interface IdState {
  readonly stamp: Stamp;
  /** Ascending. */
  readonly held: readonly Held[];
}

const FORMAT_VERSION = 1;
const PAYLOAD = STAMP_OFFSET + STAMP_LENGTH;
/** Runs that broke off one after another leave one each. */
const MOST = 8;

const writer = new ByteWriter();

export function encodeIdState(layout: StateLayout, { stamp, held }: IdState): Uint8Array {
  writer.begin();
  beginIdState(layout, writer, stamp, held.length);
  for (const one of held) writeHeld(layout, writer, one);
  return sealed(writer);
}

/** What comes before the versions. */
export function beginIdState(layout: StateLayout, out: ByteWriter, stamp: Stamp, held: number): void {
  out.u8(FORMAT_VERSION);
  writeStamp(out, stamp);
  out.u16(entryCodec(layout).fingerprint);
  out.varint(held);
}

export const decodeIdState = (layout: StateLayout, bytes: Uint8Array): IdState =>
  unsealed(bytes, PAYLOAD, (from) => {
    if (from.u16() !== entryCodec(layout).fingerprint) throw anotherLedger();
    const count = from.count();
    return { stamp: readStamp(bytes), held: Array.from({ length: count }, () => readHeld(layout, from)) };
  });

/**
 * An id's state after a run found `entry`: `before` it was this (null: the batch did not have it), and keys may be as old
 * as the mark says.
 */
export function nextIdState(
  layout: StateLayout,
  before: IdState | null,
  mark: Mark | undefined,
  stamp: Stamp,
  entry: Entry,
): IdState {
  const none = mark ? [{ since: { t: mark.t, run: mark.run }, entry: null }] : [];
  const all = before ? heldOf(before, mark?.floor) : none;
  const earlier = all.filter((held) => compareStamps(held.since, stamp) < 0);
  const last = mark ? earlier.findLastIndex((held) => compareStamps(held.since, mark) <= 0) : -1;
  const needed = mark ? earlier.slice(Math.max(0, last)) : [];
  const newest = needed.at(-1);
  const held = newest && sameEntry(layout, newest.entry, entry) ? needed : [...needed, { since: stamp, entry }];
  return { stamp, held: held.slice(-MOST) };
}

const sameEntry = ({ ledger }: StateLayout, a: Entry | null, b: Entry): boolean =>
  a !== null && ledger !== undefined && compareEntries(ledger, a, b) === 0;

/** A full run that did not find the id left its state where it was, below the mark's floor, or the run's own stamp. */
export function heldOf(state: IdState | null, floor: Stamp | undefined): readonly Held[] {
  if (!state) return [];
  if (floor === undefined || compareStamps(state.stamp, floor) >= 0) return state.held;
  return [...state.held, { since: floor, entry: null }];
}

/** What the batch had at a stamp; where all that is known is newer, since the index was damaged, the oldest of it. */
export function heldAt(held: readonly Held[], at: Stamp): Entry | null {
  const ascending = [...held].sort((a, b) => compareStamps(a.since, b.since));
  return (ascending.findLast((one) => compareStamps(one.since, at) <= 0) ?? ascending[0])?.entry ?? null;
}
