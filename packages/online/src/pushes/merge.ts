import type { Ledger, StateLayout, Value } from "@lockstep/core";
import type { KeyState } from "../key-state.js";
import { instantOf } from "../row-instant.js";
import type { Stamp } from "../store.js";
import { compareEntries, compareEvents, type Entry } from "./entry.js";
import { heldAt } from "./id-index.js";
import { bytesText, idKey } from "./id-key.js";
import { decodeRow, type Held } from "./row-codec.js";
import { wholeRow } from "./sealed.js";

/** Before every event: nothing is closed, so all is evaluated from rows. */
const NEVER: Stamp = { t: -(2n ** 63n), run: 0 };

/**
 * A key's state with the pushed rows that are visible at `t`: those known after `at`, which is what the batch is known
 * to be at. Of each id that was pushed the greatest version is the event, in this key or in none.
 */
export function withPushes(
  layout: StateLayout,
  state: KeyState | null,
  key: readonly Value[],
  rows: readonly Uint8Array[],
  at: Stamp,
  t: bigint,
): KeyState | null {
  const { ledger } = layout;
  const decoded = rows.filter((row) => instantOf(wholeRow(row)) > at.t).map((row) => decodeRow(layout, row));
  const visible = decoded.flatMap((row) => (row.kind !== "batch" && row.entry.knownAt <= t ? [row.entry] : []));
  if (!ledger || visible.length === 0) return state;
  const idText = ({ id }: Pick<Entry, "id">) => bytesText(idKey(layout, id));
  const pushed = new Map<string, Entry>();
  for (const entry of visible) {
    const id = idText(entry);
    pushed.set(id, greater(ledger, entry, pushed.get(id)));
  }
  const held = new Map<string, Held[]>();
  for (const row of decoded) {
    if (row.kind === "batch") held.set(idText(row), [...(held.get(idText(row)) ?? []), row.held]);
  }
  const events = ledgerEvents(layout, ledger, state, key).filter((event) => {
    const id = idText(event);
    const winner = pushed.get(id);
    if (winner && compareEntries(ledger, winner, event) > 0) return false;
    pushed.delete(id);
    return true;
  });
  for (const [id, winner] of pushed) {
    const elsewhere = heldAt(held.get(id) ?? [], at);
    // One without inputs is a deletion, or in another key.
    if (winner.inputs && greater(ledger, winner, elsewhere ?? undefined) === winner) events.push(winner);
  }
  events.sort((a, b) => compareEvents(ledger, a, b));
  return {
    stamp: NEVER,
    latest: null,
    tiles: [],
    lifetimes: [],
    events: {
      at: events.map((event) => event.at),
      inputs: layout.inputs.map((_, i) => events.map((event) => event.inputs?.[i] ?? null)),
    },
  };
}

const greater = (ledger: Ledger, a: Entry, b: Entry | undefined): Entry => {
  if (!b) return a;
  const order = compareEntries(ledger, a, b);
  // Of two that are the same in every respect, the one that can be the event.
  return order > 0 || (order === 0 && a.inputs) ? a : b;
};

/** The events that the batch has of a key. */
function ledgerEvents(layout: StateLayout, ledger: Ledger, state: KeyState | null, key: readonly Value[]): Entry[] {
  if (!state) return [];
  const { inputs } = layout;
  const { at, inputs: columns } = state.events;
  let next = inputs.length;
  const ids = ledgerIds(layout, state);
  next += ledger.id.length;
  const version = ledger.version ? columns[next++] : undefined;
  const knownAt = columns[next++];
  const ties = ledger.ties.map((tie) => columns[tie.input ?? next++]);
  return at.map((at, row) => ({
    id: ids[row] ?? [],
    key,
    version: version?.[row] ?? null,
    at,
    knownAt: knownAt?.[row] as bigint,
    deleted: false,
    ties: ties.map((column) => column?.[row] ?? null),
    inputs: inputs.map((_, i) => columns[i]?.[row] ?? null),
  }));
}

/** The ids of a key's events in the batch. */
export function ledgerIds({ inputs, ledger }: StateLayout, { events }: KeyState): Value[][] {
  const columns = (ledger?.id ?? []).map((_, i) => events.inputs[inputs.length + i]);
  return events.at.map((_, row) => columns.map((column) => column?.[row] ?? null));
}
