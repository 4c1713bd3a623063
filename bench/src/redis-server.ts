import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

const START_MS = 10_000;

/** A Redis of its own on a free loopback port, which saves nothing to the disk. */
export async function startRedis(settings: readonly string[] = []): Promise<RedisServer> {
  for (const program of ["redis-server", "redis-cli"]) requireProgram(program);
  const folder = await mkdtemp(join(tmpdir(), "lockstep-bench-redis-"));
  const port = await freePort();
  const address = ["--bind", "127.0.0.1", "--port", String(port)];
  const child = spawn("redis-server", [...address, "--dir", folder, "--save", "", "--appendonly", "no", ...settings], {
    stdio: "ignore",
  });
  const kill = (): boolean => child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async (): Promise<void> => {
    process.off("exit", kill);
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  for (const end = Date.now() + START_MS; Date.now() < end; await sleep(20)) {
    if (child.exitCode !== null) break;
    if (redisCli(port, "PING").stdout.startsWith("PONG")) return { port, url: `redis://127.0.0.1:${port}`, stop };
  }
  await stop();
  throw new Error(`redis-server did not start on port ${port}`);
}

function redisCli(port: number, ...args: string[]): { readonly stdout: string } {
  return spawnSync("redis-cli", ["-p", String(port), ...args], { encoding: "utf8" });
}

function requireProgram(program: string): void {
  if (spawnSync(program, ["--version"]).status === 0) return;
  throw new Error(
    `${program} is not on the PATH: install Redis (Debian and Ubuntu: apt-get install redis-server, macOS: brew install redis)`,
  );
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

/** A port of this machine that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
