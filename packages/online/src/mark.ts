import { compareStampBytes, readStamp, STAMP_LENGTH, STAMP_OFFSET, stampBytes } from "./stamp.js";
import { compareStamps, type Mark } from "./store.js";

const FORMAT_VERSION = 1;
const HEAD = Buffer.of(FORMAT_VERSION);
const FLOOR = STAMP_OFFSET + STAMP_LENGTH;

/** What `publish` stores: it begins like a state, so that one comparison serves both; then the floor's stamp, if any. */
export const markBytes = ({ floor, ...stamp }: Mark): Buffer =>
  Buffer.concat([HEAD, stampBytes(stamp), ...(floor ? [stampBytes(floor)] : [])]);

// Every bucket that is read tells the marks of its generations, and all tell the same most of the time.
const MOST_KNOWN = 1_000;
const known = new Map<string, Mark>();

/** The same bytes give the same object while it is known. */
export function readMark(bytes: Uint8Array): Mark {
  const id = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const present = known.get(id);
  if (present) return present;
  const floor = floorOf(bytes);
  const mark = { ...readStamp(bytes), ...(floor ? { floor: readStamp(floor) } : {}) };
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(id, mark);
  return mark;
}

interface MarkStamps {
  readonly own: Uint8Array;
  /** Smaller than any where the mark has no floor. */
  readonly floor: Uint8Array;
}

const stamps = new WeakMap<Mark, MarkStamps>();

/** Its stamps as a state has them, to compare with those of many. */
export function stampsOf(mark: Mark): MarkStamps {
  const present = stamps.get(mark);
  if (present) return present;
  const { t, run, floor } = mark;
  const made = { own: markBytes({ t, run }), floor: floor ? markBytes(floor) : new Uint8Array(0) };
  stamps.set(mark, made);
  return made;
}

/** The greater stamp and the greater floor of two marks: what `publish` leaves where there was one. */
export function mergeMarks(a: Uint8Array, b: Uint8Array): Buffer {
  const stamp = compareStampBytes(a, b) > 0 ? a : b;
  const [one, other] = [floorOf(a), floorOf(b)];
  const floor = one && other ? (compareStampBytes(one, other) > 0 ? one : other) : (one ?? other);
  return Buffer.concat([stamp.subarray(0, FLOOR), ...(floor ? [floor.subarray(STAMP_OFFSET)] : [])]);
}

/** The smaller stamp and the smaller floor of two marks: what a store says whose parts differ. */
export function lesserMark(a: Mark, b: Mark): Mark {
  if (a === b) return a;
  const { t, run } = compareStamps(a, b) <= 0 ? a : b;
  const floor = a.floor && b.floor && (compareStamps(a.floor, b.floor) <= 0 ? a.floor : b.floor);
  return { t, run, ...(floor ? { floor } : {}) };
}

/** The floor as if it were a mark of its own. */
const floorOf = (bytes: Uint8Array): Buffer | null =>
  bytes.length > FLOOR ? Buffer.concat([HEAD, bytes.subarray(FLOOR)]) : null;
