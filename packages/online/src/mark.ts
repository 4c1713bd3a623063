import { isLockstepError, LockstepError } from "@lockstep/core";
import { CHECKSUM_LENGTH, checkedEnd, checksum } from "./checksum.js";
import { readStamp, STAMP_LENGTH, STAMP_OFFSET, stampBytes } from "./stamp.js";
import { compareStamps, type Mark } from "./store.js";

// A mark's bytes begin like a state's, so that one comparison serves both: a format version and its stamp. Then comes the
// floor's stamp, if any, and a CRC-32 of all that.

const FORMAT_VERSION = 2;
/** Without a checksum: what earlier versions wrote. */
const FORMER = 1;
const FLOOR = STAMP_OFFSET + STAMP_LENGTH;
const ENDS = [FLOOR, FLOOR + STAMP_LENGTH];

/** What `publish` stores. */
export function markBytes({ floor, ...stamp }: Mark): Buffer {
  const stamps = [stampBytes(stamp), ...(floor ? [stampBytes(floor)] : [])];
  const bytes = Buffer.concat([Buffer.of(FORMAT_VERSION), ...stamps, Buffer.alloc(CHECKSUM_LENGTH)]);
  const end = bytes.length - CHECKSUM_LENGTH;
  bytes.writeUInt32LE(checksum(bytes, 0, end), end);
  return bytes;
}

// Every bucket that is read tells the marks of its generations, and all tell the same most of the time.
const MOST_KNOWN = 1_000;
const known = new Map<string, Mark>();

/**
 * The same bytes give the same object while it is known. Damaged bytes are STATE_CORRUPT, and those of another version of
 * Lockstep STATE_FORMAT.
 */
export function readMark(bytes: Uint8Array): Mark {
  const id = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const present = known.get(id);
  if (present) return present;
  const mark = parse(bytes);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(id, mark);
  return mark;
}

function parse(bytes: Uint8Array): Mark {
  const end = bytes[0] === FORMER && ENDS.includes(bytes.length) ? bytes.length : checkedEnd(bytes, FLOOR);
  if (typeof end === "string") throw corrupt(end);
  if (bytes[0] !== FORMER && bytes[0] !== FORMAT_VERSION) throw anotherFormat(bytes[0]);
  if (!ENDS.includes(end)) throw corrupt(`it has ${bytes.length} bytes`);
  return { ...readStamp(bytes), ...(end > FLOOR ? { floor: readStamp(bytes.subarray(STAMP_LENGTH)) } : {}) };
}

/** What a run finds, which may put another in its place: null where it is damaged, for it says nothing. */
export function heldMark(bytes: Uint8Array): Mark | null {
  try {
    return readMark(bytes);
  } catch (error) {
    if (isLockstepError(error) && error.code === "STATE_CORRUPT") return null;
    throw error;
  }
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
export function mergeMarks(a: Mark, b: Mark): Mark {
  const { t, run } = compareStamps(a, b) > 0 ? a : b;
  const floor = a.floor && b.floor && compareStamps(a.floor, b.floor) > 0 ? a.floor : (b.floor ?? a.floor);
  return { t, run, ...(floor ? { floor } : {}) };
}

/** The smaller stamp and the smaller floor of two marks: what a store says whose parts differ. */
export function lesserMark(a: Mark, b: Mark): Mark {
  if (a === b) return a;
  const { t, run } = compareStamps(a, b) <= 0 ? a : b;
  const floor = a.floor && b.floor && (compareStamps(a.floor, b.floor) <= 0 ? a.floor : b.floor);
  return { t, run, ...(floor ? { floor } : {}) };
}

const corrupt = (why: string) =>
  new LockstepError({
    code: "STATE_CORRUPT",
    what: `what a store says a view was materialized at is damaged: ${why}`,
    mend: "run a full `fs materialize` of the view",
  });

const anotherFormat = (version: number | undefined) =>
  new LockstepError({
    code: "STATE_FORMAT",
    what: `what a store says a view was materialized at has format ${version}, and this version of Lockstep reads ${FORMAT_VERSION}`,
    mend: "read it with the version that wrote it, or run a full `fs materialize` with this one",
  });
