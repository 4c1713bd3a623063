import { LockstepError } from "@lockstep/core";
import { compareStampBytes, readStamp, STAMP_LENGTH, STAMP_OFFSET, stampBytes } from "./stamp.js";
import { compareStamps, type Mark } from "./store.js";

const FORMAT_VERSION = 1;
const HEAD = Buffer.of(FORMAT_VERSION);
const FLOOR = STAMP_OFFSET + STAMP_LENGTH;

/** What `publish` stores: it begins like a state, so that one comparison serves both; then the floor's stamp, if any. */
export const markBytes = ({ floor, ...stamp }: Mark): Buffer =>
  Buffer.concat([HEAD, stampBytes(stamp), ...(floor ? [stampBytes(floor)] : [])]);

/** Bytes that no mark has are STATE_CORRUPT, and those of another version of Lockstep STATE_FORMAT. */
export function readMark(bytes: Uint8Array): Mark {
  if (bytes.length !== FLOOR && bytes.length !== FLOOR + STAMP_LENGTH) throw corrupt(bytes.length);
  if (bytes[0] !== FORMAT_VERSION) throw anotherFormat(bytes[0]);
  const floor = floorOf(bytes);
  return { ...readStamp(bytes), ...(floor ? { floor: readStamp(floor) } : {}) };
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
  const { t, run } = compareStamps(a, b) <= 0 ? a : b;
  const floor = a.floor && b.floor && (compareStamps(a.floor, b.floor) <= 0 ? a.floor : b.floor);
  return { t, run, ...(floor ? { floor } : {}) };
}

/** The floor as if it were a mark of its own. */
const floorOf = (bytes: Uint8Array): Buffer | null =>
  bytes.length > FLOOR ? Buffer.concat([HEAD, bytes.subarray(FLOOR)]) : null;

const corrupt = (length: number) =>
  new LockstepError({
    code: "STATE_CORRUPT",
    what: `what a store says a view was materialized at is damaged: it has ${length} bytes`,
    mend: "run a full `fs materialize` of the view",
  });

const anotherFormat = (version: number | undefined) =>
  new LockstepError({
    code: "STATE_FORMAT",
    what: `what a store says a view was materialized at has format ${version}, and this version of Lockstep reads ${FORMAT_VERSION}`,
    mend: "read it with the version that wrote it, or run a full `fs materialize` with this one",
  });
