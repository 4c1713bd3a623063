import { entryStart, type States } from "./states.js";

/** An index beside 32 bits of a key fits a double's 53. */
const MOST = 2 ** 21;

/**
 * The states' places near the order of their keys: neighbours share pages, so a transaction touches far fewer. Those
 * that differ only beyond four bytes after what all keys begin with may stay as they were, and so do states of one key.
 */
export function nearKeyOrder(states: States): Uint32Array {
  const places = new Uint32Array(states.count);
  if (inOrder(states)) {
    for (let i = 0; i < places.length; i++) places[i] = i;
    return places;
  }
  const head = commonLength(states);
  for (let from = 0; from < states.count; from += MOST) {
    orderSome(states, head, places.subarray(from, from + MOST), from);
  }
  return places;
}

/** Each key comes after the one before it. */
function inOrder({ count, bytes, ends }: States): boolean {
  for (let i = 1; i < count; i++) {
    let last = entryStart(ends, i - 1);
    let at = entryStart(ends, i);
    const lastEnd = ends[2 * i - 2] as number;
    const end = ends[2 * i] as number;
    while (last < lastEnd && at < end && bytes[last] === bytes[at]) {
      last++;
      at++;
    }
    if (last < lastEnd && (at === end || (bytes[last] as number) > (bytes[at] as number))) return false;
  }
  return true;
}

function orderSome({ bytes, ends }: States, head: number, places: Uint32Array, first: number): void {
  const order = new Float64Array(places.length);
  for (let i = 0; i < order.length; i++) {
    const from = entryStart(ends, first + i) + head;
    const end = ends[2 * (first + i)] as number;
    let prefix = 0;
    for (let at = from; at < from + 4; at++) prefix = prefix * 256 + (at < end ? (bytes[at] as number) : 0);
    order[i] = prefix * MOST + i;
  }
  order.sort();
  for (let i = 0; i < order.length; i++) places[i] = first + ((order[i] as number) % MOST);
}

/** With how many of the same bytes all keys begin. */
function commonLength({ count, bytes, ends }: States): number {
  let length = ends[0] ?? 0;
  for (let i = 1; i < count; i++) {
    const from = entryStart(ends, i);
    length = Math.min(length, (ends[2 * i] as number) - from);
    for (let at = 0; at < length; at++) if (bytes[from + at] !== bytes[at]) length = at;
  }
  return length;
}
