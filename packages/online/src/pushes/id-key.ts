import type { StateLayout, Value } from "@lockstep/core";
import { encodeKey } from "../keys.js";

/** No entity has such a name: theirs begin with a letter. */
const ID_ENTITY = "#id";

/** Where the index of a source's ids has what is known of one. */
export function idKey({ ledger }: StateLayout, id: readonly Value[]): Uint8Array {
  const key = encodeKey(ID_ENTITY, ledger?.id ?? [], id);
  if (key === null) throw new Error("an id with a null in it is no id");
  return key;
}

const PREFIX = encodeKey(ID_ENTITY, [], []) as Uint8Array;

export const isIdKey = (key: Uint8Array): boolean => PREFIX.every((byte, i) => key[i] === byte);

/** The same text for the same bytes. */
export const bytesText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
