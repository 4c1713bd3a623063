import type { Words } from "./words.js";

// A state begins with a format version, T as eight bytes, and the run as four. Two bytes less make a value fit into a
// smaller piece of memory, where each has one of its own. So what hardly varies is left out: T's first byte, 0x80 from
// 1970 to 4253, and the run's, which is 0 below 16 million. Where it is not so the version's top bit says it.

const T = 1;
const RUN = 9;
const T_BYTE = 0x80;
const KEPT_WHOLE = 0x80;
const LEAST = 13;
const LEFT_OUT = 2;

/** Adds a state as it lies in Redis. */
export function addState(words: Words, state: Uint8Array): void {
  const version = state[0] ?? 0;
  if (state.length >= LEAST && version < KEPT_WHOLE && state[T] === T_BYTE && state[RUN] === 0) {
    words.leavingOut(state, T, RUN);
  } else {
    const kept = Buffer.from(state);
    kept[0] = version | KEPT_WHOLE;
    words.add(kept);
  }
}

/** A state as it was written, which is the caller's to keep. */
export function wholeState(stored: Buffer): Buffer {
  const version = stored[0] ?? 0;
  if (version >= KEPT_WHOLE) {
    stored[0] = version & ~KEPT_WHOLE;
    return stored;
  }
  if (stored.length < LEAST - LEFT_OUT) return stored;
  const state = Buffer.allocUnsafe(stored.length + LEFT_OUT);
  state[0] = version;
  state[T] = T_BYTE;
  stored.copy(state, T + 1, T, RUN - 1);
  state[RUN] = 0;
  stored.copy(state, RUN + 1, RUN - 1);
  return state;
}
