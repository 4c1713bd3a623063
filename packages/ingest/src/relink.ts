import { stateLayout, type ViewIR } from "@lockstep/core";
import {
  compareStamps,
  decodeIdState,
  type Held,
  heldOf,
  isIdKey,
  isIntact,
  linksOf,
  type OnlineStore,
  type Stamp,
} from "@lockstep/online";
import { distinctLinks, entriesAfter, pushedEntries, type Tombstones } from "@lockstep/push";
import { readAtMark } from "./read-at-mark.js";

export interface Relinking {
  readonly store: OnlineStore;
  readonly tombstones: Tombstones;
  readonly view: ViewIR;
  readonly generation: number;
  /** The run, at whose T the pushed rows stay that are known later. */
  readonly stamp: Stamp;
  /** Ids that it did not find are none. */
  readonly full: boolean;
}

/**
 * Tells keys again what they have to know of the ids with pushed rows that outlast a run: the batch may know another
 * version by now, under another key. It also completes what a push that died has left undone.
 */
export async function relink({ store, tombstones, view, generation, stamp, full }: Relinking): Promise<void> {
  const layout = stateLayout(view);
  for await (const batch of store.rows(generation)) {
    const ids = batch.filter(({ key }) => isIdKey(key));
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
}
