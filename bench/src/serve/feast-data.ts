import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Database } from "@lockstep/offline";
import { CACHE } from "../cache.js";
import { runAlone } from "../child.js";
import { startRedis } from "../redis-server.js";
import { eventPaths } from "./data.js";

/** `feature_server.py`, and how it calls a Redis on the loopback. */
export const FEAST_SCRIPT = fileURLToPath(new URL("../../feast/feature_server.py", import.meta.url));
export const feastAddress = (redis: { readonly port: number }): string => `127.0.0.1:${redis.port}`;

/**
 * A folder with Feast's registry, and a dump of the Redis into which Feast has materialized the events that ours has too.
 * Made once, since it takes Feast a minute. `python` is of an environment of one version of Feast.
 */
export async function feastData(python: string, keys: number, progress: (text: string) => void): Promise<string> {
  const folder = join(CACHE, `${basename(dirname(dirname(python)))}-serve-${keys}-v1`);
  if (existsSync(folder)) return folder;
  progress(`materializing ${keys} keys by Feast`);
  const db = await Database.open();
  const events = await eventPaths(db, keys).finally(() => db.close());
  const partial = `${folder}.partial-${process.pid}`;
  await mkdir(partial);
  const redis = await startRedis(["--dir", partial]);
  try {
    await runAlone(python, [FEAST_SCRIPT, "fill", partial, feastAddress(redis), ...events]);
    await rename(partial, folder);
  } finally {
    await redis.stop();
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}
