import { type StateLayout, stateLayout } from "@lockstep/core";
import type { Database } from "@lockstep/offline";
import {
  type Appended,
  bytesText,
  decodeIdState,
  type Entry,
  encodeGiven,
  encodeRow,
  givenKey,
  heldOf,
  idKey,
  keyOf,
  linksOf,
  type OnlineStore,
  type RowWrite,
} from "@lockstep/online";
import type { ViewAnswer } from "./push-answer.js";
import { isEntry, pushEntries } from "./push-entries.js";
import { rowWire, type ValidRow } from "./push-schema.js";
import type { PushTarget } from "./push-targets.js";
import { distinctLinks, entriesAfter, pushedEntries } from "./relink.js";
import type { Tombstones } from "./tombstones.js";

export interface ViewPush {
  readonly db: Database;
  readonly store: OnlineStore;
  readonly tombstones: Tombstones;
  readonly target: PushTarget;
}

const LATE: ViewAnswer = { status: "LATE" };
const FORGOTTEN: ViewAnswer = {
  status: "REJECTED",
  code: "KEY_FORGOTTEN",
  reason: "its key was forgotten, and no push brings it back",
};

/** A row on its way: its place among those given, and what it is to the view. */
interface Sent {
  readonly index: number;
  readonly entry: Entry;
  readonly own: Uint8Array | null;
  readonly id: Uint8Array;
  readonly row: Uint8Array;
  /** The row as it was given, and where it lies. */
  readonly given: RowWrite;
}

/**
 * Appends rows to one generation of a view: each to the index of its id first, and then, as that says, links to the
 * keys. Whatever is sent again adds what is missing, so a push that died half-way is simply repeated.
 */
export async function pushToView(push: ViewPush, rows: readonly ValidRow[]): Promise<ViewAnswer[]> {
  const { db, store, tombstones, target } = push;
  const { source, view, generation } = target;
  const layout = stateLayout(view);
  const { published } = await store.read([], [generation]);
  const mark = published.get(generation);
  const answers: ViewAnswer[] = [];
  const sent: Sent[] = [];
  const given = (row: ValidRow, { id, knownAt }: Entry): RowWrite => ({
    key: givenKey(layout, id),
    row: encodeGiven(knownAt, JSON.stringify(rowWire(source, row))),
  });
  for (const [index, entry] of (await pushEntries(db, target, rows)).entries()) {
    if (!isEntry(entry)) answers[index] = { status: "REJECTED", ...entry };
    else if (mark && entry.knownAt <= mark.t) answers[index] = LATE;
    else {
      const own = keyOf(view, entry);
      if (own && tombstones.has(own)) answers[index] = FORGOTTEN;
      else {
        const row = encodeRow(layout, { kind: "entry", entry });
        sent.push({ index, entry, own, id: idKey(layout, entry.id), row, given: given(rows[index] ?? {}, entry) });
      }
    }
  }
  const indexed = await store.append(generation, [
    ...sent.map(({ id, row }) => ({ key: id, row })),
    ...sent.map(({ given }) => given),
  ]);
  const linked = await appendLinks(push, layout, sent, indexed);
  sent.forEach(({ index, entry, id, row }, i) => {
    const name = rowText(id, row);
    const link = linked.get(name);
    // The first of those that are the same in this call speaks for the key's own row.
    linked.delete(name);
    const marks = [indexed[i]?.mark, link?.mark].filter((m) => m !== null && m !== undefined);
    if (marks.some((m) => entry.knownAt <= m.t)) answers[index] = LATE;
    else answers[index] = { status: indexed[i]?.added || link?.added ? "ACCEPTED" : "DUPLICATE" };
  });
  const written = sent.flatMap(({ own, id, given }) =>
    own ? [own, id, given.key].map((key) => ({ key, of: own })) : [],
  );
  await tombstones.bury(store, generation, written, ({ of }) => of);
  for (const { index, own } of sent) if (own && tombstones.has(own)) answers[index] = FORGOTTEN;
  return answers;
}

/** What the keys were told, by the pushed row that it is the key's own row of. */
async function appendLinks(
  { store, tombstones, target: { view, generation } }: ViewPush,
  layout: StateLayout,
  sent: readonly Sent[],
  indexed: readonly Appended[],
): Promise<Map<string, Appended>> {
  // All rows of an id are in the last answer of it.
  const last = new Map(sent.map(({ id }, i) => [bytesText(id), { id, answer: indexed[i] }]));
  const links = [...last.values()].flatMap(({ id, answer }) => {
    if (!answer) return [];
    const { rows, state, mark } = answer;
    const all = pushedEntries(layout, rows);
    const pushed = mark ? entriesAfter(all, mark.t) : all;
    const held = heldOf(state && decodeIdState(layout, state), mark?.floor);
    return pushed.length === 0 ? [] : linksOf(view, layout, pushed, held).map((link) => ({ ...link, id }));
  });
  const told = distinctLinks(links).filter(({ key }) => !tombstones.has(key)) as typeof links;
  const appended = await store.append(generation, told);
  return new Map(
    told.flatMap(({ own, id }, i) => {
      const answer = appended[i];
      return own && answer ? [[rowText(id, encodeRow(layout, { kind: "entry", entry: own })), answer]] : [];
    }),
  );
}

const rowText = (id: Uint8Array, row: Uint8Array): string => `${bytesText(id)}\0${bytesText(row)}`;
