import type { Column, StateLayout, Value } from "@lockstep/core";
import { encodeKey, keyEncoder } from "../keys.js";

/** No entity has such names: theirs begin with a letter. */
export const [ID_ENTITY, GIVEN_ENTITY] = ["#id", "#given"] as const;

/** Where the index of a source's ids has what is known of one. */
export const idKey = (layout: StateLayout, id: readonly Value[]): Uint8Array => keyIn(ID_ENTITY, layout, id);

/** The same, row by row, from the columns of ids. */
export const idKeys = (id: readonly Column[]): ((row: number) => Uint8Array) => {
  const keyOf = keyEncoder(ID_ENTITY, id);
  return (row) => keyOf(row) ?? noId();
};

/** Where the pushed rows of an id lie as they were given: see given-row.ts. */
export const givenKey = (layout: StateLayout, id: readonly Value[]): Uint8Array => keyIn(GIVEN_ENTITY, layout, id);

/** Where the rows of an index's id lie as they were given. */
export const givenOfId = (key: Uint8Array): Uint8Array => Buffer.concat([GIVEN_PREFIX, key.subarray(ID_PREFIX.length)]);

export const isIdKey = (key: Uint8Array): boolean => isIn(ID_PREFIX, key);
export const isGivenKey = (key: Uint8Array): boolean => isIn(GIVEN_PREFIX, key);

function keyIn(entity: string, { ledger }: StateLayout, id: readonly Value[]): Uint8Array {
  const key = encodeKey(entity, ledger?.id ?? [], id);
  return key ?? noId();
}

function noId(): never {
  throw new Error("an id with a null in it is no id");
}

const prefixOf = (entity: string): Uint8Array => encodeKey(entity, [], []) as Uint8Array;
const [ID_PREFIX, GIVEN_PREFIX] = [prefixOf(ID_ENTITY), prefixOf(GIVEN_ENTITY)];

const isIn = (prefix: Uint8Array, key: Uint8Array): boolean => prefix.every((byte, i) => key[i] === byte);

/** The same text for the same bytes. */
export const bytesText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
