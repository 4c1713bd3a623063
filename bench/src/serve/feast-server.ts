import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, startRedis } from "../redis-server.js";
import { FEAST_SCRIPT, feastAddress } from "./feast-data.js";
import type { ServerProcess } from "./server-process.js";

const START_MS = 60_000;

/** Starts Feast's own feature server with one worker, and the Redis that it reads, from what `feastData` left there. */
export async function startFeast(python: string, data: string): Promise<ServerProcess> {
  const redis = await startRedis(["--dir", data]);
  // Where gunicorn puts a socket of its own; else that is the user's home.
  const folder = await mkdtemp(join(tmpdir(), "lockstep-bench-feast-"));
  const port = await freePort();
  const child = spawn(python, [FEAST_SCRIPT, "serve", data, feastAddress(redis), String(port)], {
    cwd: folder,
    env: { ...process.env, XDG_RUNTIME_DIR: folder },
    stdio: ["ignore", "ignore", "pipe"],
  });
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
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  };
  for (const end = Date.now() + START_MS; Date.now() < end && child.exitCode === null; await sleep(100)) {
    const health = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    if (health?.ok) return { port, stop };
  }
  await stop();
  throw new Error(`Feast's feature server did not start:\n${said}`);
}
