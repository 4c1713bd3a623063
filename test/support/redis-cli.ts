import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What redis-cli prints. */
export async function redisCli(port: number, ...args: string[]): Promise<string> {
  return (await run("redis-cli", ["-h", "127.0.0.1", "-p", String(port), ...args])).stdout.trim();
}

/** `redis-cli --cluster ...`, which says more than anybody needs and fails where it fails. */
export async function redisCliCluster(command: string, ...args: string[]): Promise<void> {
  await run("redis-cli", ["--cluster", command, ...args, "--cluster-yes"]);
}
