import { LockstepError } from "@lockstep/core";
import { ByteReader, BytesInvalid } from "../byte-reader.js";
import type { ByteWriter } from "../byte-writer.js";
import { checkedEnd } from "../checksum.js";

/** What was written, and its checksum. */
export function sealed(writer: ByteWriter): Uint8Array {
  writer.checksum();
  return writer.take();
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
    mend: "run a full `fs materialize` of the view, and push again what came after its T",
  });

export const anotherLedger = () =>
  new LockstepError({
    code: "STATE_LAYOUT",
    what: "a pushed row was written for another definition of its view",
    mend: "run a full `fs materialize` of the view, and push again what came after its T",
  });
