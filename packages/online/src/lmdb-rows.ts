import type { LmdbDatabase } from "./lmdb-environment.js";
import type { KeyRows } from "./store.js";

// A key's rows lie in one value: the key itself, because a long one is stored by its hash, then the rows; each as its
// length and its bytes.

export function packRows(key: Uint8Array, rows: readonly Uint8Array[]): Buffer {
  const parts = [key, ...rows];
  const packed = Buffer.allocUnsafe(parts.reduce((n, part) => n + 4 + part.length, 0));
  let at = 0;
  for (const part of parts) {
    at = packed.writeUInt32LE(part.length, at);
    packed.set(part, at);
    at += part.length;
  }
  return packed;
}

export function unpackRows(packed: Buffer): KeyRows {
  const parts: Buffer[] = [];
  for (let at = 0; at < packed.length; ) {
    const from = at + 4;
    // Damaged bytes are cut as they say, and what is left of a length is a row that is none.
    at = from <= packed.length ? from + packed.readUInt32LE(at) : packed.length;
    parts.push(packed.subarray(Math.min(from, at), at));
  }
  const [key = Buffer.alloc(0), ...rows] = parts;
  return { key, rows };
}

/** In a transaction: the key's rows with these, and which of them were not there. */
export function appendRows(
  db: LmdbDatabase,
  stored: Buffer,
  key: Uint8Array,
  rows: readonly Uint8Array[],
): { readonly rows: readonly Uint8Array[]; readonly added: readonly boolean[] } {
  const held = db.getBinary(stored);
  const all = held ? [...unpackRows(held).rows] : [];
  const seen = new Set(all.map(text));
  const added = rows.map((row) => {
    if (seen.has(text(row))) return false;
    seen.add(text(row));
    all.push(row);
    return true;
  });
  if (added.includes(true)) db.putSync(stored, packRows(key, all));
  return { rows: all, added };
}

/** In a transaction: leaves out the rows that `gone` holds of. Returns how many they were. */
export function filterRows(db: LmdbDatabase, stored: Buffer, gone: (row: Uint8Array) => boolean): number {
  const held = db.getBinary(stored);
  if (!held) return 0;
  const { key, rows } = unpackRows(held);
  const left = rows.filter((row) => !gone(row));
  if (left.length === rows.length) return 0;
  if (left.length === 0) db.removeSync(stored);
  else db.putSync(stored, packRows(key, left));
  return rows.length - left.length;
}

const text = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
