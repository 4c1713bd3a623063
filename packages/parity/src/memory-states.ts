import { decodeState, type KeyState, type OnlineStore, type ReadResult } from "@lockstep/online";
import { hex } from "./hex.js";

/** States in memory, by generation, then by key in hexadecimal digits. */
export type States = ReadonlyMap<number, ReadonlyMap<string, Uint8Array>>;

/** Rows in memory, in the same way. */
export type RowsOfKeys = ReadonlyMap<number, ReadonlyMap<string, readonly Uint8Array[]>>;

/** A store of them, for a reader. */
export interface MemoryStates extends Pick<OnlineStore, "read"> {
  /** The rows that were pushed; empty where none were asked for. */
  readonly rows: RowsOfKeys;
}

export const memoryStates = (
  states: States,
  published: ReadResult["published"],
  rows: RowsOfKeys = new Map(),
): MemoryStates => ({
  rows,
  read: async (keys) => ({
    states: keys.map(({ key, generations }) => {
      const name = hex(key);
      return generations.map((generation) => states.get(generation)?.get(name) ?? null);
    }),
    ...(rows.size === 0
      ? {}
      : {
          rows: keys.map(({ key, rows: wanted = [] }) =>
            wanted.map((generation) => rows.get(generation)?.get(hex(key)) ?? []),
          ),
        }),
    published,
  }),
});

/** Decodes the same bytes once: a key is asked about at many instants. */
export function decodeOnce(): typeof decodeState {
  const known = new WeakMap<Uint8Array, KeyState>();
  return (layout, bytes) => {
    const before = known.get(bytes);
    if (before) return before;
    const state = decodeState(layout, bytes);
    known.set(bytes, state);
    return state;
  };
}
