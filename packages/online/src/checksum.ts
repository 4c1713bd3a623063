import { crc32 } from "node:zlib";

export const CHECKSUM_LENGTH = 4;

/** Up to here the call and the view that it needs cost more than the sum itself. */
const SHORT = 256;

/** Four tables of 256: of a byte, and of a byte with one to three more after it. */
const TABLES = tables();

/** The CRC-32 of bytes from the one place on and before the other. */
export function checksum(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > SHORT) return crc32(bytes.subarray(from, to));
  let sum = -1;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    sum ^=
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    sum =
      (TABLES[768 + (sum & 255)] as number) ^
      (TABLES[512 + ((sum >>> 8) & 255)] as number) ^
      (TABLES[256 + ((sum >>> 16) & 255)] as number) ^
      (TABLES[sum >>> 24] as number);
  }
  for (; at < to; at++) sum = (TABLES[(sum ^ (bytes[at] as number)) & 255] as number) ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** Where bytes end that have their checksum after them, from `start` on at least; or a sentence for what is wrong. */
export function checkedEnd(bytes: Uint8Array, start: number): number | string {
  const end = bytes.length - CHECKSUM_LENGTH;
  if (end < start) return `${bytes.length} bytes are too few`;
  const written = new DataView(bytes.buffer, bytes.byteOffset + end, CHECKSUM_LENGTH).getUint32(0, true);
  return checksum(bytes, 0, end) === written ? end : "the checksum is wrong";
}

function tables(): Int32Array {
  const table = new Int32Array(4 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    table[byte] = sum;
  }
  for (let at = 256; at < table.length; at++) {
    const sum = table[at - 256] as number;
    table[at] = (table[sum & 255] as number) ^ (sum >>> 8);
  }
  return table;
}
