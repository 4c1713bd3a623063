import { stateLayout, type ViewIR } from "@lockstep/core";
import { decodeRow, decodeState, givenKey, idKey, ledgerIds, type OnlineStore } from "@lockstep/online";

/** Where the index has the ids of a key's events, those of the batch and those that were pushed, and the rows given. */
export async function idsOf(
  store: OnlineStore,
  view: ViewIR,
  generation: number,
  key: Uint8Array,
): Promise<Uint8Array[]> {
  const layout = stateLayout(view);
  if (!layout.ledger) return [];
  const read = await store.read([{ key, generations: [generation], rows: [generation] }], []);
  const state = read.states[0]?.[0];
  const batch = state ? ledgerIds(layout, decodeState(layout, state)) : [];
  const pushed = (read.rows?.[0]?.[0] ?? []).flatMap((bytes) => {
    const row = decodeRow(layout, bytes);
    return row.kind === "batch" ? [row.id] : [row.entry.id];
  });
  return [...batch, ...pushed].flatMap((id) => [idKey(layout, id), givenKey(layout, id)]);
}
