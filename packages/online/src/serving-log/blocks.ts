import { crc32 } from "node:zlib";

// A log file is a sequence of blocks, each written at once: a mark, the length of the payload, its checksum, the payload.

const MARK = Buffer.from("LSL1");
const HEAD = 12;

export function blockOf(payload: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat([Buffer.alloc(HEAD), ...payload]);
  MARK.copy(body);
  body.writeUInt32LE(body.length - HEAD, 4);
  body.writeUInt32LE(crc32(body.subarray(HEAD)), 8);
  return body;
}

export interface Blocks {
  readonly payloads: readonly Uint8Array[];
  /** Blocks that are torn or damaged, and were left out. */
  readonly damaged: number;
}

/** The blocks that are whole. After one that is not, it goes on at the next mark. */
export function blocksOf(file: Buffer): Blocks {
  const payloads: Uint8Array[] = [];
  let damaged = 0;
  let at = 0;
  while (at < file.length) {
    const payload = payloadAt(file, at);
    if (payload) {
      payloads.push(payload);
      at = at + HEAD + payload.length;
      continue;
    }
    damaged++;
    const next = file.indexOf(MARK, at + 1);
    at = next < 0 ? file.length : next;
  }
  return { payloads, damaged };
}

function payloadAt(file: Buffer, at: number): Uint8Array | null {
  if (at + HEAD > file.length || file.compare(MARK, 0, MARK.length, at, at + MARK.length) !== 0) return null;
  const end = at + HEAD + file.readUInt32LE(at + 4);
  if (end > file.length) return null;
  const payload = file.subarray(at + HEAD, end);
  return crc32(payload) === file.readUInt32LE(at + 8) ? payload : null;
}
