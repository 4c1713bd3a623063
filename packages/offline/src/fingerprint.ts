import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { duckdb } from "@lockstep/compiler";
import type { SourceIR } from "@lockstep/core";
import type { Database } from "./database.js";
import type { Sources } from "./sources.js";

/** A file as it was: its content's hash, or where it is large that of its footer, which tells its row groups' statistics. */
export interface Fingerprint {
  readonly path: string;
  readonly bytes: number;
  readonly modified: number;
  readonly of: "whole" | "footer";
  readonly sha256: string;
}

/** Up to this size a file is read whole. */
const WHOLE = 4_000_000;

/** The files of a source; null where they can't be looked at from here. */
export async function fingerprints(db: Database, sources: Sources, source: SourceIR): Promise<Fingerprint[] | null> {
  const place = sources.place(source);
  if (/^[a-z0-9]+:\/\//i.test(place)) return null;
  const found = await db.rows(`SELECT file FROM glob(${duckdb.text(place)}) ORDER BY file`);
  if (found.length === 0) return null;
  const all: Fingerprint[] = [];
  for (const { file } of found) all.push(await fingerprint(String(file)));
  return all;
}

async function fingerprint(path: string): Promise<Fingerprint> {
  const { size: bytes, mtimeMs: modified } = await stat(path);
  const of = bytes <= WHOLE ? "whole" : "footer";
  return {
    path,
    bytes,
    modified,
    of,
    sha256: of === "whole" ? await hashFrom(path, 0) : await footerHash(path, bytes),
  };
}

async function hashFrom(path: string, start: number): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { start })) hash.update(chunk);
  return hash.digest("hex");
}

/** A Parquet file ends with its footer, the footer's length and four letters. */
const TAIL = 8;

async function footerHash(path: string, bytes: number): Promise<string> {
  const file = await open(path);
  const tail = Buffer.alloc(TAIL);
  await file.read(tail, 0, TAIL, bytes - TAIL).finally(() => file.close());
  return hashFrom(path, Math.max(0, bytes - TAIL - tail.readUInt32LE(0)));
}
