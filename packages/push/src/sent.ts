import type { StateLayout } from "@lockstep/core";
import { bytesText, type Entry, encodeGiven, encodeRow, givenKey, idKey, type RowWrite } from "@lockstep/online";

/** A row on its way: its place among those given, and what it is to the view. */
export interface Sent {
  readonly index: number;
  readonly entry: Entry;
  /** The key that it belongs to; null: nobody's. */
  readonly own: Uint8Array | null;
  readonly id: Uint8Array;
  readonly row: Uint8Array;
  /** The same for rows that are the same in every respect. */
  readonly name: string;
  /** The row as it was given, and where it lies. */
  readonly given: RowWrite;
}

export function sentRow(layout: StateLayout, index: number, entry: Entry, own: Uint8Array | null, json: string): Sent {
  const id = idKey(layout, entry.id);
  const row = encodeRow(layout, { kind: "entry", entry });
  const given = { key: givenKey(layout, entry.id), row: encodeGiven(entry.knownAt, json) };
  return { index, entry, own, id, row, name: `${bytesText(id)}\0${bytesText(row)}`, given };
}
