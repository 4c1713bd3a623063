import { copy, type Words } from "./words.js";

// A state begins with a format version, T as eight bytes, and the run as four. Two bytes less make a value fit into a
// smaller piece of memory, where each has one of its own. So what hardly varies is left out: T's first byte, 0x80 from
// 1970 to 4253, and the run's, which is 0 below 16 million. Where it is not so the version's top bit says it.

const T = 1;
const RUN = 9;
const T_BYTE = 0x80;
const KEPT_WHOLE = 0x80;
const LEAST = 13;
const LEFT_OUT = 2;

/** Adds a state, which may lie among other bytes, as it lies in Redis. */
export function addState(words: Words, bytes: Uint8Array, from = 0, to = bytes.length): void {
  const version = bytes[from] ?? 0;
  const usual = to - from >= LEAST && version < KEPT_WHOLE && bytes[from + T] === T_BYTE && bytes[from + RUN] === 0;
  if (usual) {
    words.leavingOut(bytes, T, RUN, from, to);
  } else {
    const kept = Buffer.from(bytes.subarray(from, to));
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
  for (let i = T + 1; i < RUN; i++) state[i] = stored[i - 1] as number;
  state[RUN] = 0;
  copy(stored, RUN - 1, stored.length, state, RUN + 1);
  return state;
}
