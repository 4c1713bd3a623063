import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Database } from "@lockstep/offline";
import { CACHE } from "../cache.js";
import { runAlone } from "../child.js";
import { freePort } from "../redis-server.js";
import { eventPaths } from "./data.js";
import type { ServerProcess } from "./server-process.js";

const SCRIPT = fileURLToPath(new URL("../../feast/feature_server.py", import.meta.url));
const START_MS = 60_000;

/** Materializes the same events by Feast into the Redis, and starts Feast's own feature server with one worker. */
export async function startFeast(
  python: string,
  redis: number,
  keys: number,
  progress: (text: string) => void,
): Promise<ServerProcess> {
  const folder = await mkdtemp(join(CACHE, "feast-run-"));
  const script = (command: string, ...args: string[]) => [SCRIPT, command, folder, `127.0.0.1:${redis}`, ...args];
  progress(`materializing ${keys} keys by Feast`);
  const db = await Database.open();
  const events = await eventPaths(db, keys).finally(() => db.close());
  await runAlone(python, script("fill", ...events));
  const port = await freePort();
  const child = spawn(python, script("serve", String(port)), { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const kill = (): boolean => child.kill("SIGTERM");
  process.once("exit", kill);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const stop = async (): Promise<void> => {
    process.off("exit", kill);
    kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for (const end = Date.now() + START_MS; Date.now() < end && child.exitCode === null; await sleep(100)) {
    const health = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    if (health?.ok) return { port, stop };
  }
  await stop();
  throw new Error(`Feast's feature server did not start:\n${said}`);
}
