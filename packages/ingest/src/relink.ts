import { stateLayout } from "@lockstep/core";
import {
  compareStamps,
  decodeIdState,
  type Held,
  heldOf,
  isIdKey,
  isIntact,
  isWholeRow,
  linksOf,
  type OnlineStore,
  type Stamp,
} from "@lockstep/online";
import { distinctLinks, entriesAfter, type PushTarget, pushedEntries, type Tombstones } from "@lockstep/push";
import { type DamagedRow, damagedIn } from "./damaged-rows.js";
import { mendIndex } from "./mend-index.js";
import { readAtMark } from "./read-at-mark.js";

export interface Relinking {
  readonly store: OnlineStore;
  readonly tombstones: Tombstones;
  readonly target: PushTarget;
  /** The run, at whose T the pushed rows stay that are known later. */
  readonly stamp: Stamp;
  /** Ids that it did not find are none. */
  readonly full: boolean;
}

/**
 * Tells keys again what they have to know of the ids with pushed rows that outlast a run: the batch may know another
 * version by now, under another key. It also completes what a push that died has left undone. Gives the damaged rows that
 * it met; those of an id's index are made again before.
 */
export async function relink({ store, tombstones, target, stamp, full }: Relinking): Promise<readonly DamagedRow[]> {
  const { view, generation } = target;
  const layout = stateLayout(view);
  const found: DamagedRow[] = [];
  for await (const batch of store.rows(generation)) {
    found.push(...damagedIn(batch).map((row) => ({ ...row, isMended: false })));
    const all = batch.filter(({ key }) => isIdKey(key));
    const isWhole = ({ rows }: (typeof all)[number]) => rows.every(isWholeRow);
    const mended = await mendIndex(
      store,
      target,
      all.filter((id) => !isWhole(id)),
    );
    found.push(...mended.damaged);
    const ids = [...all.filter(isWhole), ...mended.ids];
    if (ids.length === 0) continue;
    const { states, mark } = await readAtMark(
      store,
      ids.map(({ key }) => key),
      generation,
    );
    const links = ids.flatMap(({ rows }, i) => {
      const pushed = entriesAfter(pushedEntries(layout, rows), stamp.t);
      if (pushed.length === 0) return [];
      const bytes = states[i];
      // Of an id that a full run found there is a state of its own.
      const state = bytes && (!full || isIntact(bytes)) ? decodeIdState(layout, bytes) : null;
      const held = heldOf(state, mark?.floor);
      const isGone = full && (state === null || compareStamps(state.stamp, stamp) < 0);
      // Said at this stamp too, so that what a run said which broke off is past.
      const now: Held = { since: stamp, entry: isGone ? null : (held.at(-1)?.entry ?? null) };
      return linksOf(view, layout, pushed, [...held.filter((one) => compareStamps(one.since, stamp) < 0), now]);
    });
    await store.append(
      generation,
      distinctLinks(links).filter(({ key }) => !tombstones.has(key)),
    );
  }
  return found;
}
