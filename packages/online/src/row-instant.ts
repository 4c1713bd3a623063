// A row begins with its knownAt, in bytes that are in the order of instants: that is all that a store knows of it.

export const INSTANT_LENGTH = 8;
const SIGN_BIT = 1n << 63n;

export function instantBytes(instant: bigint): Uint8Array {
  const bytes = new Uint8Array(INSTANT_LENGTH);
  putInstant(new DataView(bytes.buffer), 0, instant);
  return bytes;
}

export const putInstant = (view: DataView, at: number, instant: bigint): void =>
  view.setBigUint64(at, BigInt.asUintN(64, instant) ^ SIGN_BIT);

export const instantOf = (row: Uint8Array): bigint =>
  BigInt.asIntN(64, new DataView(row.buffer, row.byteOffset, INSTANT_LENGTH).getBigUint64(0) ^ SIGN_BIT);
