import { open } from "node:fs/promises";
import { LockstepError } from "@lockstep/core";

const MAGIC = 0xbeefc0de;
const MAGIC_AT = 24;

/** lmdb crashes the process on a file that is none of its own. A new one is empty. */
export async function checkLmdbFile(path: string): Promise<void> {
  const head = await readHead(path);
  if (head.length === 0) return;
  if (head.length === MAGIC_AT + 4 && isMagic(head.subarray(MAGIC_AT))) return;
  throw new LockstepError({
    code: "ONLINE_UNAVAILABLE",
    place: path,
    what: "this file is no LMDB database, or it is damaged",
    mend: "choose another folder, or remove the file and materialize again",
  });
}

/** In the byte order of the machine that made the file. */
const isMagic = (bytes: Buffer): boolean => bytes.readUInt32LE() === MAGIC || bytes.readUInt32BE() === MAGIC;

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (file === undefined) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC_AT + 4), 0, MAGIC_AT + 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
