import { sha256 } from "./sha256.js";

const PURPOSE = new TextEncoder().encode("lockstep forgotten key\0");

/** What a tombstone holds of a key, of its encoded bytes: it tells whether a key is the one, and not which it is. */
export function keyHash(project: string, key: Uint8Array): string {
  const name = new TextEncoder().encode(`${project}\0`);
  return sha256(Buffer.concat([PURPOSE, name, key]));
}
