import type { Entry } from "./batches.js";

/** An index beside 32 bits of a key fits a double's 53. */
const MOST = 2 ** 21;

/**
 * Entries near the order of their keys: neighbours share pages, so a transaction touches far fewer. Those that differ
 * only beyond four bytes after what all keys begin with may stay as they were, and so do entries of one key.
 */
export function nearKeyOrder<E extends Entry>(entries: readonly E[]): readonly E[] {
  if (entries.length > MOST) {
    const half = entries.length >> 1;
    return [...nearKeyOrder(entries.slice(0, half)), ...nearKeyOrder(entries.slice(half))];
  }
  const from = commonLength(entries);
  const order = new Float64Array(entries.length);
  let last = 0;
  let ascending = true;
  for (let i = 0; i < entries.length; i++) {
    const { key } = entries[i] as E;
    const prefix =
      (key[from] ?? 0) * 0x1000000 +
      (((key[from + 1] ?? 0) << 16) | ((key[from + 2] ?? 0) << 8) | (key[from + 3] ?? 0));
    ascending &&= prefix >= last;
    last = prefix;
    order[i] = prefix * MOST + i;
  }
  if (ascending) return entries;
  order.sort();
  const ordered = new Array<E>(entries.length);
  for (let i = 0; i < entries.length; i++) ordered[i] = entries[(order[i] as number) % MOST] as E;
  return ordered;
}

/** With how many of the same bytes all keys begin. */
function commonLength(entries: readonly Entry[]): number {
  const first = entries[0]?.key;
  let length = first?.length ?? 0;
  for (const { key } of entries) {
    length = Math.min(length, key.length);
    for (let i = 0; i < length; i++) if (key[i] !== first?.[i]) length = i;
  }
  return length;
}
