import { LockstepError } from "@lockstep/core";
import type { ByteWriter } from "./byte-writer.js";
import type { Stamp } from "./store.js";

/** Where the stamp of a state, or of a mark, lies in its bytes: after the version of the format. */
export const STAMP_OFFSET = 1;
export const STAMP_LENGTH = 12;

const RUN = 8;
const SIGN_BIT = 1n << 63n;

/** The stamp's bytes are in the order of stamps: T as a big-endian int64 with its sign bit flipped, the run as a uint32. */
function putStamp(view: DataView, at: number, stamp: Stamp): void {
  if (BigInt.asIntN(64, stamp.t) !== stamp.t || stamp.run >>> 0 !== stamp.run) {
    throw new LockstepError({
      code: "STAMP_INVALID",
      what: `(${stamp.t}, ${stamp.run}) is not an instant and a run number of 32 bits`,
    });
  }
  view.setBigUint64(at, BigInt.asUintN(64, stamp.t) ^ SIGN_BIT);
  view.setUint32(at + RUN, stamp.run);
}

export function stampBytes(stamp: Stamp): Uint8Array {
  const bytes = new Uint8Array(STAMP_LENGTH);
  putStamp(new DataView(bytes.buffer), 0, stamp);
  return bytes;
}

export function writeStamp(writer: ByteWriter, stamp: Stamp): void {
  const at = writer.room(STAMP_LENGTH);
  putStamp(writer.view, at, stamp);
}

/** The stamp of a state or a mark. */
export function readStamp(bytes: Uint8Array): Stamp {
  if (bytes.length < STAMP_OFFSET + STAMP_LENGTH) {
    throw new LockstepError({ code: "STATE_CORRUPT", what: `${bytes.length} bytes are too few to have a stamp` });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + STAMP_OFFSET, STAMP_LENGTH);
  return { t: BigInt.asIntN(64, view.getBigUint64(0) ^ SIGN_BIT), run: view.getUint32(RUN) };
}

/**
 * Compares the stamps of two states or marks; the first may lie among other bytes. Bytes too short to hold one are
 * smaller than any.
 */
export function compareStampBytes(a: Uint8Array, b: Uint8Array, from = 0, to = a.length): number {
  for (let i = STAMP_OFFSET; i < STAMP_OFFSET + STAMP_LENGTH; i++) {
    const difference = (from + i < to ? (a[from + i] as number) : -1) - (b[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
