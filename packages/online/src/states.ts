import type { StateWrite } from "./store.js";

/** Keys and their states side by side in one piece of memory: a million of them are no million objects. */
export interface States {
  readonly count: number;
  /** A key, its state, the next key, its state, and so on. */
  readonly bytes: Uint8Array;
  /** Where they end in `bytes`: the key of entry `i` at `2 * i`, its state at `2 * i + 1`. */
  readonly ends: Uint32Array;
}

/** Where an entry begins, its key first. */
export const entryStart = (ends: Uint32Array, index: number): number =>
  index === 0 ? 0 : (ends[2 * index - 1] as number);

/** Both lie in the memory of all. */
export function stateAt({ bytes, ends }: States, index: number): StateWrite {
  const middle = ends[2 * index] as number;
  return {
    key: bytes.subarray(entryStart(ends, index), middle),
    value: bytes.subarray(middle, ends[2 * index + 1]),
  };
}

export function* eachState(states: States): Generator<StateWrite> {
  for (let i = 0; i < states.count; i++) yield stateAt(states, i);
}
