import type { StateLayout, ViewIR } from "@lockstep/core";
import { encodeKey } from "../keys.js";
import type { Entry } from "./entry.js";
import { bytesText } from "./id-key.js";
import { encodeRow, type Held, type PushRow } from "./row-codec.js";

/** A row that belongs to a key, and the pushed version that it is of, where it is the version's own. */
export interface Link {
  readonly key: Uint8Array;
  readonly row: Uint8Array;
  readonly own: Entry | null;
}

export const keyOf = ({ entity, keys }: ViewIR, entry: Entry): Uint8Array | null =>
  encodeKey(
    entity ?? "",
    keys.map((k) => k.type),
    entry.key,
  );

/**
 * What each key has to be told of an id, so that it can tell by itself which version is the event: of its own pushed
 * versions the rows, of all others that they are elsewhere, and where it has some itself, what the batch has elsewhere.
 * `pushed` are all versions that were pushed and still count. Where keys have been told of the others, only what the
 * `news` among them change is said again.
 */
export function linksOf(
  view: ViewIR,
  layout: StateLayout,
  pushed: readonly Entry[],
  held: readonly Held[],
  news: ReadonlySet<Entry> = new Set(pushed),
): readonly Link[] {
  const keys = new Map<string, Uint8Array>();
  const textOf = (entry: Entry | null): string | null => {
    const key = entry && keyOf(view, entry);
    if (key) keys.set(bytesText(key), key);
    return key && bytesText(key);
  };
  const placed = pushed.map((entry) => ({ entry, at: textOf(entry) }));
  const batch = held.map((one) => ({ one, at: textOf(one.entry) }));
  const told = new Set([...placed.filter(({ entry }) => !news.has(entry)), ...batch].map(({ at }) => at));
  return [...keys].flatMap(([text, key]) => {
    const link = (row: PushRow, own: Entry | null = null): Link => ({ key, row: encodeRow(layout, row), own });
    const isHere = ({ entry, at }: (typeof placed)[number]) => at === text && !entry.deleted;
    const here = placed.filter(isHere);
    const until = here.reduce<bigint | null>((most, { entry }) => later(most, entry.knownAt), null);
    const id = pushed[0]?.id ?? [];
    return [
      ...placed
        .filter(({ entry }) => news.has(entry) || !told.has(text))
        .map((each) =>
          isHere(each)
            ? link({ kind: "entry", entry: each.entry }, each.entry)
            : link({ kind: "note", entry: bare(each.entry) }, each.at === text ? each.entry : null),
        ),
      ...batch.flatMap(({ one, at }) => {
        if (until === null) return [];
        const elsewhere = at !== text || one.entry?.deleted ? one.entry : null;
        return [link({ kind: "batch", knownAt: until, id, held: { ...one, entry: elsewhere && bare(elsewhere) } })];
      }),
    ];
  });
}

const bare = (entry: Entry): Entry => ({ ...entry, inputs: null });

const later = (a: bigint | null, b: bigint): bigint => (a === null || b > a ? b : a);
