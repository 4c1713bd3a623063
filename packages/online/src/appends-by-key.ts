import type { RowAppend } from "./store.js";

/** The rows that a call appends to one key, and their places among those given. */
export interface KeyAppends {
  readonly key: Uint8Array;
  readonly rows: Uint8Array[];
  readonly places: number[];
  /** One of them asks what the key has. */
  asks: boolean;
}

/** In the order in which the keys are met first. */
export function appendsByKey(rows: readonly RowAppend[]): Iterable<KeyAppends> {
  const keys = new Map<string, KeyAppends>();
  for (const [place, { key, row, asks }] of rows.entries()) {
    const name = Buffer.from(key.buffer, key.byteOffset, key.length).toString("latin1");
    const of = keys.get(name);
    if (of) {
      of.rows.push(row);
      of.places.push(place);
      of.asks ||= asks === true;
    } else keys.set(name, { key, rows: [row], places: [place], asks: asks === true });
  }
  return keys.values();
}
