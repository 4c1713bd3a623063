import type { StateWrite } from "../store.js";

const LENGTH = 4;

/**
 * For each state its field (`prefix` and the key) and its value, each after its length as a big-endian uint32: one
 * argument of a script call in place of two for each state.
 */
export function packStates(prefix: Uint8Array, states: readonly StateWrite[]): Buffer {
  let size = 0;
  for (const { key, value } of states) size += 2 * LENGTH + prefix.length + key.length + value.length;
  const packed = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { key, value } of states) {
    at = packed.writeUInt32BE(prefix.length + key.length, at);
    packed.set(prefix, at);
    packed.set(key, at + prefix.length);
    at = packed.writeUInt32BE(value.length, at + prefix.length + key.length);
    packed.set(value, at);
    at += value.length;
  }
  return packed;
}
