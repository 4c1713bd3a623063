import type { Stamp, StateWrite } from "@lockstep/online";

export const stamp = (t: bigint | number, run = 1): Stamp => ({ t: BigInt(t), run });

/** The layout that every store relies on: a byte of format version, then the stamp in the order of its bytes. */
export function state(at: Stamp, payload: string | Uint8Array = ""): Buffer {
  const head = Buffer.alloc(13, 1);
  head.writeBigUInt64BE(BigInt.asUintN(64, at.t) ^ (1n << 63n), 1);
  head.writeUInt32BE(at.run, 9);
  return Buffer.concat([head, Buffer.from(payload)]);
}

export const write = (key: string | Uint8Array, at: Stamp, payload?: string | Uint8Array): StateWrite => ({
  key: Buffer.from(key),
  value: state(at, payload),
});

/** What a test compares: bytes as hex, so that a difference can be read. */
export const hex = (bytes: Uint8Array | null | undefined): string | null =>
  bytes ? Buffer.from(bytes).toString("hex") : null;
