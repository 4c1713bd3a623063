import type { StateColumns } from "@lockstep/compiler";
import type { Column, ListColumns, StateBatch } from "@lockstep/core";
import type { Chunk } from "./database.js";

/** A chunk of the state query as the codec reads it: the columns in the order that `stateColumns` gives. */
export function stateBatch(chunk: Chunk, columns: StateColumns): StateBatch {
  let next = 0;
  const plain = (types: StateColumns["keys"]): Column[] => types.map((type) => chunk.column(next++, type));
  const list = (types: StateColumns["keys"]): ListColumns => chunk.list(next++, types);
  const keys = plain(columns.keys);
  const latest = columns.latest ? plain(columns.latest) : null;
  const [at, ...values] = latest ?? [];
  return {
    rows: chunk.rows,
    keys,
    latest: at ? { at, values } : null,
    tiles: columns.tiles.map(list),
    lifetimes: columns.lifetimes.map(plain),
    events: list(columns.events),
  };
}
