import type { LmdbDatabase } from "./lmdb-environment.js";
import { NEW_ONLY, putIf } from "./lmdb-put-if.js";
import type { KeyRows } from "./store.js";

// A key's rows lie in one value: the key itself, because a long one is stored by its hash, then the rows; each as its
// length and its bytes.

export function packRows(key: Uint8Array, rows: readonly Uint8Array[]): Buffer {
  return packed([key, ...rows]);
}

/** Each after its length. */
function packed(parts: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.allocUnsafe(parts.reduce((n, part) => n + 4 + part.length, 0));
  let at = 0;
  for (const part of parts) {
    at = bytes.writeUInt32LE(part.length, at);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
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

interface AppendedRows {
  /** The key's rows with these, where they are asked for. */
  readonly all: readonly Uint8Array[];
  /** Which of them were not there. */
  readonly added: readonly boolean[];
}

const ADDED: readonly boolean[] = [true];
const NONE: readonly Uint8Array[] = [];

/** For one transaction: appends rows to keys, one after another. */
export function rowAppender(
  db: LmdbDatabase,
): (stored: Buffer, key: Uint8Array, rows: readonly Uint8Array[], asks: boolean) => AppendedRows {
  // A key is looked up once where it is new, as the one before it was, and else not put as if it were.
  let isNew = true;
  return (stored, key, rows, asks) => {
    if (isNew && rows.length === 1 && putIf(db, stored, packRows(key, rows), NEW_ONLY)) {
      return { all: asks ? rows : NONE, added: ADDED };
    }
    const held = db.getBinary(stored);
    isNew = held === undefined;
    const { added, fresh } = held ? freshRows(held, rows) : distinctRows([], rows);
    if (fresh.length > 0) {
      const value = held ? Buffer.concat([held, packed(fresh)]) : packRows(key, fresh);
      db.putSync(stored, value);
      return { all: asks ? unpackRows(value).rows : NONE, added };
    }
    return { all: asks && held ? unpackRows(held).rows : NONE, added };
  };
}

interface Fresh {
  readonly added: readonly boolean[];
  readonly fresh: readonly Uint8Array[];
}

/** Those of them that a packed value does not have. */
function freshRows(held: Buffer, rows: readonly Uint8Array[]): Fresh {
  const [row] = rows;
  // As text it costs more than to look for it once; and most are not there.
  if (rows.length === 1 && row && !held.includes(bufferOf(row))) return { added: ADDED, fresh: rows };
  return distinctRows(unpackRows(held).rows, rows);
}

function distinctRows(held: readonly Uint8Array[], rows: readonly Uint8Array[]): Fresh {
  const seen = new Set(held.map(text));
  const added = rows.map((row) => {
    const name = text(row);
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
  return { added, fresh: rows.filter((_, i) => added[i]) };
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

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

const text = (bytes: Uint8Array): string => bufferOf(bytes).toString("latin1");
