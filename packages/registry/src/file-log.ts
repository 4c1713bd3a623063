import { randomUUID } from "node:crypto";
import { link, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { corrupt } from "./corrupt.js";
import { makeFolder, syncFolder, writeDurably } from "./durable-file.js";
import { decodeEntry, encodeEntry } from "./entry.js";
import type { RegistryEvent } from "./events.js";
import { isMissing, isTaken, storageError } from "./file-errors.js";
import type { Entry, RegistryLog } from "./log.js";

const AT_ONCE = 32;

/** A registry in a folder: `log/00000001.json`, ... and `blobs/<sha256>`. Safe with many processes. */
export function fileLog(folder: string): RegistryLog {
  const place = resolve(folder);
  const [log, blobs, temporary] = ["log", "blobs", "tmp"].map((name) => join(place, name)) as [string, string, string];
  const pathOf = (sequence: number) => join(log, `${String(sequence).padStart(8, "0")}.json`);

  const missing = (sequence: number) => corrupt(pathOf(sequence), "it is missing, though there were later entries");

  /** Entries appear one after another, so all up to the last that is listed must be there. */
  async function lastListed(): Promise<number> {
    let last = 0;
    for (const name of await list(log)) {
      if (name.startsWith(".")) continue;
      const sequence = Number(/^(\d{8,})\.json$/.exec(name)?.[1] ?? 0);
      if (sequence < 1 || join(log, name) !== pathOf(sequence)) throw corrupt(join(log, name), "it is no entry");
      last = Math.max(last, sequence);
    }
    return last;
  }

  async function readEntry(sequence: number): Promise<Entry | null> {
    const text = await readOr(null, () => readFile(pathOf(sequence), "utf8"));
    return text === null ? null : decodeEntry(text, sequence, pathOf(sequence));
  }

  async function existing(sequence: number): Promise<Entry> {
    const entry = await readEntry(sequence);
    if (!entry) throw missing(sequence);
    return entry;
  }

  async function read(after: number): Promise<Entry[]> {
    const entries: Entry[] = [];
    const last = after === 0 ? await lastListed() : after;
    for (let from = after + 1; from <= last; from += AT_ONCE) {
      const count = Math.min(AT_ONCE, last - from + 1);
      entries.push(...(await Promise.all(Array.from({ length: count }, (_, i) => existing(from + i)))));
    }
    for (let sequence = last + 1; ; sequence++) {
      const entry = await readEntry(sequence);
      if (!entry) return entries;
      entries.push(entry);
    }
  }

  /** Gives `use` a durable file that nobody else sees, and removes that name of it afterwards. */
  async function withTemporary<T>(bytes: Uint8Array | string, use: (path: string) => Promise<T>): Promise<T> {
    await makeFolder(temporary);
    const path = join(temporary, randomUUID());
    try {
      await writeDurably(path, bytes);
      return await use(path);
    } finally {
      await unlink(path).catch(() => {});
    }
  }

  async function append(sequence: number, event: RegistryEvent): Promise<boolean> {
    const text = encodeEntry({ sequence, event });
    if (sequence > 1 && !(await exists(pathOf(sequence - 1)))) throw missing(sequence - 1);
    await makeFolder(log);
    return withTemporary(text, async (path) => {
      const won = await linked(path, pathOf(sequence));
      if (won) await syncFolder(log);
      return won;
    });
  }

  async function putBlob(sha256: string, bytes: Uint8Array): Promise<void> {
    await makeFolder(blobs);
    await withTemporary(bytes, async (path) => {
      await rename(path, join(blobs, sha256));
      await syncFolder(blobs);
    });
  }

  const guard = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw storageError(error, place);
    }
  };
  return {
    place,
    read: (after) => guard(read(after)),
    append: (sequence, event) => guard(append(sequence, event)),
    putBlob: (sha256, bytes) => guard(putBlob(sha256, bytes)),
    getBlob: (sha256) => guard(readOr(null, () => readFile(join(blobs, sha256)))),
  };
}

const exists = (path: string): Promise<boolean> => readOr(false, () => stat(path).then(() => true));

/** Gives a file a second name; false where the name is taken. */
async function linked(path: string, name: string): Promise<boolean> {
  try {
    await link(path, name);
    return true;
  } catch (error) {
    if (!isTaken(error)) throw error;
    // Over NFS the answer to a link that was made can be lost: then the file has two names.
    return (await stat(path)).nlink === 2;
  }
}

const list = (folder: string): Promise<string[]> => readOr<string[], string[]>([], () => readdir(folder));

async function readOr<T, D>(missing: D, read: () => Promise<T>): Promise<T | D> {
  try {
    return await read();
  } catch (error) {
    if (isMissing(error)) return missing;
    throw error;
  }
}
