import { crc32 } from "node:zlib";
import { type OnlineStore, packStates, type Stamp, type StateWrite } from "@lockstep/online";

export const stamp = (t: bigint | number, run = 1): Stamp => ({ t: BigInt(t), run });

/**
 * The layout that every store relies on: a byte of format version, then the stamp in the order of its bytes; and at the end
 * a checksum of all that.
 */
export function state(at: Stamp, payload: string | Uint8Array = ""): Buffer {
  const head = Buffer.alloc(13, 1);
  head.writeBigUInt64BE(BigInt.asUintN(64, at.t) ^ (1n << 63n), 1);
  head.writeUInt32BE(at.run, 9);
  const checked = Buffer.concat([head, Buffer.from(payload)]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(checked));
  return Buffer.concat([checked, sum]);
}

export const payloadOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes).subarray(13, -4);

/** A state whose stamp is another than it was, as after a bit of it has turned. */
export const damaged = (at: Stamp, payload?: string | Uint8Array): Buffer => {
  const bytes = state(at, payload);
  bytes[2] = (bytes[2] as number) ^ 0x40;
  return bytes;
};

export const write = (key: string | Uint8Array, at: Stamp, payload?: string | Uint8Array): StateWrite => ({
  key: Buffer.from(key),
  value: state(at, payload),
});

/** What a test compares: bytes as hex, so that a difference can be read. */
export const hex = (bytes: Uint8Array | null | undefined): string | null =>
  bytes ? Buffer.from(bytes).toString("hex") : null;

export const keysOf = (count: number): Buffer[] => Array.from({ length: count }, (_, i) => Buffer.from(`k${i}`));

/** What a full run leaves that finds these keys: their states, whose payload is its number, and the mark. */
export async function fullRun(
  store: OnlineStore,
  generation: number,
  keys: readonly Buffer[],
  n: number,
  meanwhile = async () => {},
): Promise<void> {
  await store.write(generation, packStates(keys.map((key) => write(key, stamp(n), `${n}`))));
  await meanwhile();
  await store.publish(generation, { ...stamp(n), floor: stamp(n) });
}
