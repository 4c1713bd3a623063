import { decodeState, type KeyState, type OnlineStore, type ReadResult } from "@lockstep/online";
import { hex } from "./hex.js";

/** States in memory, by generation, then by key in hexadecimal digits. */
export type States = ReadonlyMap<number, ReadonlyMap<string, Uint8Array>>;

/** A store of them, for a reader. */
export const memoryStates = (states: States, published: ReadResult["published"]): Pick<OnlineStore, "read"> => ({
  read: async (keys) => ({
    states: keys.map(({ key, generations }) => {
      const name = hex(key);
      return generations.map((generation) => states.get(generation)?.get(name) ?? null);
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
