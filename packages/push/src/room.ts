import type { StateLayout, ViewIR } from "@lockstep/core";
import {
  bytesText,
  decodeState,
  instantOf,
  isIdKey,
  isWholeRow,
  type KeyRead,
  keyOf,
  type Mark,
  type OnlineStore,
  type Rejection,
} from "@lockstep/online";
import { pushedEntries } from "./links.js";
import type { Sent } from "./sent.js";

/** What one key holds at most, rows of the source and pushed ones together; and one id, of pushed versions. */
const MOST_ROWS = 10_000;
/** How many keys an id's pushed versions lie in at most: each of them is told of every version. */
const MOST_KEYS = 100;

const refusal = (reason: string): Rejection => ({ code: "MAX_ENTRIES", reason });
const FULL_KEY = refusal(`its key has ${MOST_ROWS} rows, of the source and pushed ones, and no more are kept`);
const FULL_ID = refusal(`its id has ${MOST_ROWS} versions that no run has reached, and no more are kept`);
const SPREAD_ID = refusal(
  `the versions of its id that no run has reached lie in ${MOST_KEYS} keys, which are the most`,
);

/** A key of the id may have the damaged version itself, and nobody knows which, so it can't be told of others. */
const DAMAGED_ID: Rejection = {
  code: "STATE_CORRUPT",
  reason: "what the online store knows of its id is damaged; run `fs materialize`, and push it again",
};

export interface Looked {
  /** What the shards that were read say that the generation was last materialized at. */
  readonly mark: Mark | undefined;
  readonly refused: ReadonlyMap<Sent, Rejection>;
}

/**
 * Looks at the keys and ids of rows before they are written, and refuses those for which one of them has no room. It
 * is a look and no lock: pushes at the same time may get some more in.
 */
export async function lookAt(
  store: OnlineStore,
  { view, generation }: { readonly view: ViewIR; readonly generation: number },
  layout: StateLayout,
  sent: readonly Sent[],
): Promise<Looked> {
  if (sent.length === 0) return { mark: undefined, refused: new Map() };
  const reads = new Map<string, KeyRead & { asked: number }>();
  const rows = [generation];
  const ask = (name: string, key: Uint8Array, generations: readonly number[]) => {
    const read = reads.get(name);
    if (read) read.asked++;
    else reads.set(name, { key, generations, rows, asked: 1 });
  };
  for (const { own, ownName, id, idName } of sent) {
    if (own && ownName !== null) ask(ownName, own, rows);
    ask(idName, id, NO_STATES);
  }
  const found = await store.read([...reads.values()], [generation]);
  const mark = found.published.get(generation);
  const narrow = new Map<string, Rooms>();
  let next = 0;
  for (const [name, { key, asked }] of reads) {
    const state = found.states[next]?.[0] ?? null;
    const all = found.rows?.[next++]?.[0] ?? [];
    const isId = isIdKey(key);
    // Where there is room for all that is asked for, whatever the rows say, they need not be looked at.
    const most = isId ? MOST_KEYS : MOST_ROWS;
    const isWhole = !isId || all.every(isWholeRow);
    if (isWhole && all.length + (state?.length ?? 0) + asked <= most) continue;
    const pushed = all.filter((row) => !mark || instantOf(row) > mark.t);
    narrow.set(name, { isWhole, key: keyRoom(layout, state, pushed), ...idRoom(view, layout, pushed) });
  }
  const refused = new Map<Sent, Rejection>();
  if (narrow.size === 0) return { mark, refused };
  for (const one of sent) {
    if (mark && one.entry.knownAt <= mark.t) continue;
    const { ownName, idName } = one;
    const [key, id] = [ownName !== null && narrow.get(ownName), narrow.get(idName)];
    const row = () => bytesText(one.row);
    if (id && !id.isWhole) refused.set(one, DAMAGED_ID);
    else if (ownName !== null && id && !id.keys(() => ownName)) refused.set(one, SPREAD_ID);
    else if (id && !id.versions(row)) refused.set(one, FULL_ID);
    else if (key && !key.key(row)) refused.set(one, FULL_KEY);
  }
  return { mark, refused };
}

const NO_STATES: readonly number[] = [];

/** What a key or an id still has room for. */
interface Rooms {
  readonly isWhole: boolean;
  readonly key: Room;
  readonly versions: Room;
  readonly keys: Room;
}

/** Whether it has, or finds, room for what is named. */
type Room = (name: () => string) => boolean;

const keyRoom = (layout: StateLayout, state: Uint8Array | null, pushed: readonly Uint8Array[]) =>
  // An event takes a byte at least.
  room(MOST_ROWS, pushed.length + (state?.length ?? 0), () => ({
    names: pushed.map(bytesText),
    more: state ? decodeState(layout, state).events.at.length : 0,
  }));

function idRoom(view: ViewIR, layout: StateLayout, pushed: readonly Uint8Array[]) {
  const keys = () => pushedEntries(layout, pushed).flatMap((entry) => keyOf(view, entry) ?? []);
  return {
    versions: room(MOST_ROWS, pushed.length, () => ({ names: pushed.map(bytesText), more: 0 })),
    keys: room(MOST_KEYS, pushed.length, () => ({ names: keys().map(bytesText), more: 0 })),
  };
}

/**
 * Says of one name after another whether it is among those that are there, or finds room with them. `atMost`: they are
 * not more, so that nothing is looked at before it may matter.
 */
function room(
  most: number,
  atMost: number,
  there: () => { readonly names: readonly string[]; readonly more: number },
): Room {
  const taken: (() => string)[] = [];
  let exact: { readonly names: Set<string>; readonly more: number } | null = null;
  return (name) => {
    if (exact === null && atMost + taken.length < most) {
      taken.push(name);
      return true;
    }
    if (exact === null) {
      const { names, more } = there();
      exact = { names: new Set([...names, ...taken.map((of) => of())]), more };
    }
    const { names, more } = exact;
    if (!names.has(name())) {
      if (names.size + more >= most) return false;
      names.add(name());
    }
    return true;
  };
}
