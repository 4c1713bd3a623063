import { BytesInvalid } from "../byte-reader.js";
import { ByteWriter } from "../byte-writer.js";
import { INSTANT_LENGTH, putInstant } from "../row-instant.js";
import { sealed, unsealed } from "./sealed.js";

const writer = new ByteWriter();

/**
 * A pushed row as it was given, as JSON of its columns: a generation that a changed definition opens reads it, and makes
 * its own of it.
 */
export function encodeGiven(knownAt: bigint, json: string): Uint8Array {
  writer.begin();
  const at = writer.room(INSTANT_LENGTH);
  putInstant(writer.view, at, knownAt);
  writer.text(json);
  return sealed(writer);
}

export const decodeGiven = (bytes: Uint8Array): unknown =>
  unsealed(bytes, INSTANT_LENGTH, (from) => {
    try {
      return JSON.parse(from.text());
    } catch {
      throw new BytesInvalid("it is no JSON");
    }
  });
