import type { StateLayout } from "@lockstep/core";
import { bytesText, decodeRow, type Entry, type Link } from "@lockstep/online";

/** The versions of an id that were pushed, from the rows of its index; `known` has some of them. */
export const pushedEntries = (
  layout: StateLayout,
  rows: readonly Uint8Array[],
  known: (row: Uint8Array) => Entry | undefined = () => undefined,
): Entry[] =>
  rows.flatMap((bytes) => {
    const entry = known(bytes);
    if (entry) return [entry];
    const row = decodeRow(layout, bytes);
    return row.kind === "entry" ? [row.entry] : [];
  });

export const entriesAfter = (entries: readonly Entry[], t: bigint): Entry[] =>
  entries.filter((entry) => entry.knownAt > t);

/** Rows that are told once are enough. */
export function distinctLinks<L extends Link>(links: readonly L[]): L[] {
  const seen = new Map(links.map((link) => [`${bytesText(link.key)}\0${bytesText(link.row)}`, link]));
  return [...seen.values()];
}
