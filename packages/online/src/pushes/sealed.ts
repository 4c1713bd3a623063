import { LockstepError } from "@lockstep/core";
import { ByteReader, BytesInvalid } from "../byte-reader.js";
import type { ByteWriter } from "../byte-writer.js";
import { checkedEnd } from "../checksum.js";
import { INSTANT_LENGTH } from "../row-instant.js";

/** What was written, and its checksum. */
export function sealed(writer: ByteWriter): Uint8Array {
  writer.checksum();
  return writer.take();
}

/** Whether a row's bytes are as they were written. Of others nothing is known, not even when they became known. */
export const isWholeRow = (row: Uint8Array): boolean => typeof checkedEnd(row, INSTANT_LENGTH) === "number";

/** A row's bytes, or STATE_CORRUPT. */
export function wholeRow(row: Uint8Array): Uint8Array {
  const end = checkedEnd(row, INSTANT_LENGTH);
  if (typeof end === "string") throw corrupt(end);
  return row;
}

/** Reads bytes that end with their checksum, from `start` on. Damaged ones are STATE_CORRUPT. */
export function unsealed<T>(bytes: Uint8Array, start: number, read: (from: ByteReader) => T): T {
  const end = checkedEnd(bytes, start);
  if (typeof end === "string") throw corrupt(end);
  try {
    const reader = new ByteReader(bytes, start, end);
    const value = read(reader);
    reader.finish();
    return value;
  } catch (error) {
    if (error instanceof BytesInvalid) throw corrupt(error.message);
    throw error;
  }
}

const corrupt = (why: string) =>
  new LockstepError({
    code: "STATE_CORRUPT",
    what: `a pushed row's bytes are damaged: ${why}`,
    mend: "run `fs materialize`: it makes the row again from its copies in the store, or names it",
  });

export const anotherLedger = () =>
  new LockstepError({
    code: "STATE_LAYOUT",
    what: "a pushed row was written for another definition of its view",
    mend: "run a full `fs materialize` of the view, and push again what came after its T",
  });
