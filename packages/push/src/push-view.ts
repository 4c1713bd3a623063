import type { StateLayout } from "@lockstep/core";
import {
  type Appended,
  bytesText,
  decodeIdState,
  type Entry,
  heldOf,
  keyOf,
  type Link,
  linksOf,
  type OnlineStore,
  type RowAppend,
} from "@lockstep/online";
import { entriesOf, isEntry } from "./entry-of.js";
import { distinctLinks, entriesAfter, pushedEntries } from "./links.js";
import type { ViewAnswer } from "./push-answer.js";
import type { GivenRow } from "./push-schema.js";
import type { PushTarget } from "./push-targets.js";
import { lookAt } from "./room.js";
import { type Sent, sentRow } from "./sent.js";
import type { Tombstones } from "./tombstones.js";

export interface ViewPush {
  readonly store: OnlineStore;
  readonly tombstones: Tombstones;
  readonly target: PushTarget;
}

/** Rows of which nothing is written yet, and the answers to those that will not be. */
export interface Prepared {
  readonly push: ViewPush;
  readonly layout: StateLayout;
  readonly sent: readonly Sent[];
  /** By the rows' indexes. */
  readonly answers: ReadonlyMap<number, ViewAnswer>;
}

const LATE: ViewAnswer = { status: "LATE" };
const FORGOTTEN: ViewAnswer = {
  status: "REJECTED",
  code: "KEY_FORGOTTEN",
  reason: "its key was forgotten, and no push brings it back",
};

/** What rows are to one generation of a view, and whether it takes them. */
export async function preparePush(push: ViewPush, rows: readonly GivenRow[]): Promise<Prepared> {
  const { store, tombstones, target } = push;
  const { view } = target;
  const { layout, entryOf } = entriesOf(target);
  const answers = new Map<number, ViewAnswer>();
  const all: Sent[] = [];
  for (const { index, row, json } of rows) {
    const entry = entryOf(row);
    const own = isEntry(entry) ? keyOf(view, entry) : null;
    if (!isEntry(entry)) answers.set(index, { status: "REJECTED", ...entry });
    else if (own && tombstones.has(own)) answers.set(index, FORGOTTEN);
    else all.push(sentRow(layout, index, entry, own, json));
  }
  const { mark, refused } = await lookAt(store, target, layout, all);
  const sent = all.filter((one) => {
    const refusal = refused.get(one);
    const isLate = mark && one.entry.knownAt <= mark.t;
    if (isLate) answers.set(one.index, LATE);
    else if (refusal) answers.set(one.index, { status: "REJECTED", ...refusal });
    return !isLate && !refusal;
  });
  return { push, layout, sent, answers };
}

/**
 * Appends rows to a generation of a view: each to the index of its id first, and then, as that says, links to the
 * keys. Whatever is sent again adds what is missing, so a push that died half-way is simply repeated.
 */
export async function appendPush(prepared: Prepared): Promise<ReadonlyMap<number, ViewAnswer>> {
  const { push, sent } = prepared;
  const { store, tombstones, target } = push;
  const { generation } = target;
  const answers = new Map<number, ViewAnswer>();
  if (sent.length === 0) return answers;
  const indexed = await store.append(generation, [
    ...sent.map(({ id, row }): RowAppend => ({ key: id, row, asks: true })),
    ...sent.map(({ given }) => given),
  ]);
  const linked = await appendLinks(prepared, indexed);
  sent.forEach(({ index, entry }, i) => {
    const link = linked.get(entry);
    const marks = [indexed[i]?.mark, link?.mark].filter((m) => m !== null && m !== undefined);
    if (marks.some((m) => entry.knownAt <= m.t)) answers.set(index, LATE);
    else answers.set(index, { status: indexed[i]?.added || link?.added ? "ACCEPTED" : "DUPLICATE" });
  });
  const written = sent.flatMap(({ own, id, given }) =>
    own ? [own, id, given.key].map((key) => ({ key, of: own })) : [],
  );
  await tombstones.bury(store, generation, written, ({ of }) => of);
  for (const { index, own } of sent) if (own && tombstones.has(own)) answers.set(index, FORGOTTEN);
  return answers;
}

/** What the keys were told, by the entry that it is the key's own row of. */
async function appendLinks(
  { push: { store, tombstones, target }, layout, sent }: Prepared,
  indexed: readonly Appended[],
): Promise<Map<Entry, Appended>> {
  const links = [...byId(sent, indexed)].flatMap((id) => linksOfId(target, layout, id));
  const told = links.filter(({ key }) => !tombstones.has(key));
  const appended = await store.append(target.generation, told);
  return new Map(told.flatMap(({ own }, i): [Entry, Appended][] => (own ? [[own, appended[i] as Appended]] : [])));
}

/** The rows of one id. */
interface OfId {
  readonly sent: Sent[];
  /** What its index has after them. */
  answer: Appended;
  /** It had one of them before, maybe of a push that died before it told the keys. */
  repeated: boolean;
}

function byId(sent: readonly Sent[], indexed: readonly Appended[]): Iterable<OfId> {
  const ids = new Map<string, OfId>();
  for (const [i, one] of sent.entries()) {
    const answer = indexed[i] as Appended;
    const id = ids.get(one.idName);
    if (id) {
      id.sent.push(one);
      // All rows of an id are in the last answer of it.
      id.answer = answer;
      id.repeated ||= !answer.added;
    } else ids.set(one.idName, { sent: [one], answer, repeated: !answer.added });
  }
  return ids.values();
}

function linksOfId({ view }: PushTarget, layout: StateLayout, { sent, answer, repeated }: OfId): readonly Link[] {
  const { rows, state, mark } = answer;
  const [only] = sent;
  if (only && rows.length === 1 && state === null && !only.entry.deleted) {
    // An id that nothing else is known of, as most are: its key has it, and nobody else has to know.
    return only.own ? [{ key: only.own, row: only.row, own: only.entry }] : [];
  }
  // The first of those that are the same speaks for all.
  const first = new Map([...sent].reverse().map(({ row, entry }) => [bytesText(row), entry]));
  const all = pushedEntries(layout, rows, (row) => first.get(bytesText(row)));
  const pushed = mark ? entriesAfter(all, mark.t) : all;
  const held = heldOf(state && decodeIdState(layout, state), mark?.floor);
  const news = new Set(first.values());
  return distinctLinks(linksOf(view, layout, pushed, held, repeated ? new Set(pushed) : news));
}
