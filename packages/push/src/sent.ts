import type { StateLayout } from "@lockstep/core";
import { bytesText, type Entry, encodeGiven, encodeRow, givenOfId, idKey, type RowWrite } from "@lockstep/online";

/** A row on its way: its place among those given, and what it is to the view. Names are the same for the same bytes. */
export interface Sent {
  readonly index: number;
  readonly entry: Entry;
  /** The key that it belongs to; null: nobody's. */
  readonly own: Uint8Array | null;
  readonly ownName: string | null;
  readonly id: Uint8Array;
  readonly idName: string;
  readonly row: Uint8Array;
  /** The row as it was given, and where it lies. */
  readonly given: RowWrite;
}

export function sentRow(layout: StateLayout, index: number, entry: Entry, own: Uint8Array | null, json: string): Sent {
  const id = idKey(layout, entry.id);
  const row = encodeRow(layout, { kind: "entry", entry });
  const given = { key: givenOfId(id), row: encodeGiven(entry.knownAt, json) };
  const names = { ownName: own && bytesText(own), idName: bytesText(id) };
  return { index, entry, own, id, row, ...names, given };
}
