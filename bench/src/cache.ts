import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Database } from "@lockstep/offline";

/** Git ignores it; it may be removed at any time. */
export const CACHE = fileURLToPath(new URL("../.cache", import.meta.url));

/** A Parquet file of a query's rows, made once. `key` names the file and says all that the rows depend on. */
export async function cached(db: Database, key: string, sql: string): Promise<string> {
  const path = join(CACHE, `${key}.parquet`);
  if (existsSync(path)) return path;
  await mkdir(CACHE, { recursive: true });
  const partial = `${path}.partial-${process.pid}`;
  await db.run(`COPY (${sql}) TO '${partial.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`);
  await rename(partial, path);
  return path;
}

/** SQL for a number in [0, 1) that depends on the row's number and the salt alone. */
export function uniform(row: string, salt: number): string {
  return `((hash(${row} * 64 + ${salt}) >> 11)::DOUBLE / 9007199254740992)`;
}
