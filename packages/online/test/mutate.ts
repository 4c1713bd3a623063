import { crc32 } from "node:zlib";
import type { Random } from "../../../test/support/random.js";

type Mutator = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const MUTATORS: readonly Mutator[] = [
  (bytes, random) => bytes.with(random(bytes.length), random(256)),
  (bytes, random) => {
    const at = random(bytes.length);
    return bytes.with(at, (bytes[at] as number) ^ (1 << random(8)));
  },
  (bytes, random) => bytes.slice(0, random(bytes.length)),
  (bytes, random) => bytes.slice(random(bytes.length)),
  (bytes, random) => Uint8Array.of(...bytes, random(256)),
  (bytes, random) => bytes.slice().fill(random(256), random(bytes.length), random(bytes.length)),
  (bytes, random) => bytes.slice().copyWithin(random(bytes.length), random(bytes.length), random(bytes.length)),
  (bytes, random) => {
    const at = random(bytes.length);
    return Uint8Array.of(...bytes.slice(0, at), ...bytes.slice(at + 1 + random(4)));
  },
  // The beginning of one and the end of another.
  (bytes, random, other) => {
    const at = random(bytes.length);
    return Uint8Array.of(...bytes.slice(0, at), ...other.slice(random(2) === 0 ? at : random(other.length)));
  },
  (bytes, random, other) => {
    const at = random(bytes.length);
    const from = random(other.length);
    const part = other.slice(from, from + 1 + random(20));
    return Uint8Array.of(...bytes.slice(0, at), ...part, ...bytes.slice(at + part.length));
  },
  // Lengths and counts that are too great.
  (bytes, random) => {
    const at = random(bytes.length);
    return Uint8Array.of(...bytes.slice(0, at), ...LONG.slice(random(6)), ...bytes.slice(at + 1));
  },
];
const LONG = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f];

/** Bytes after one to three accidents, or now and then bytes that never were anything. */
export function mutate(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  if (random(50) === 0) return Uint8Array.from({ length: random(200) }, () => random(256));
  let mutated = bytes;
  for (let times = 1 + random(3); times > 0 && mutated.length > 0; times--) {
    mutated = (MUTATORS[random(MUTATORS.length)] as Mutator)(mutated, random, other);
  }
  return mutated;
}

/** Bytes whose checksum is right: what follows from damage that it does not show. */
export function withChecksum(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 4) return bytes;
  const out = bytes.slice();
  new DataView(out.buffer).setUint32(out.length - 4, crc32(out.subarray(0, -4)), true);
  return out;
}
