import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { redisCli } from "./redis-cli.js";
import { type RedisServer, startRedis } from "./redis-server.js";
import { hold, until } from "./until.js";

export interface RedisSentinel {
  readonly master: string;
  readonly sentinels: readonly string[];
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  /** Makes the replica the primary, as the Sentinel does where the primary is gone. */
  failOver(): Promise<void>;
  stop(): Promise<void>;
}

const MASTER = "features";

/** A real primary, its replica, and a Sentinel that watches them. */
export async function startRedisSentinel(): Promise<RedisSentinel> {
  const primary = await startRedis({ args: ["--repl-diskless-sync-delay", "0"] });
  const replica = await startRedis({
    args: ["--replicaof", "127.0.0.1", `${primary.port}`, "--repl-diskless-sync-delay", "0"],
  });
  const sentinel = await startRedis({
    program: async (port, folder) => {
      const file = join(folder, "sentinel.conf");
      // Nothing is decided by how long a busy machine takes: tests say when it fails over.
      await writeFile(
        file,
        `bind 127.0.0.1\nport ${port}\nsentinel monitor ${MASTER} 127.0.0.1 ${primary.port} 1\n` +
          `sentinel down-after-milliseconds ${MASTER} 600000\n`,
      );
      return [file, "--sentinel"];
    },
  });
  const ask = (...words: string[]): Promise<string> => redisCli(sentinel.port, "SENTINEL", ...words);
  await until(async () => {
    hold((await ask("REPLICAS", MASTER)).includes(String(replica.port)));
    hold((await redisCli(primary.port, "INFO", "replication")).includes("state=online"));
  });
  return {
    master: MASTER,
    sentinels: [`127.0.0.1:${sentinel.port}`],
    primary,
    replica,
    failOver: async () => {
      await until(async () => hold((await ask("FAILOVER", MASTER)) === "OK"));
      await until(async () => hold((await redisCli(replica.port, "INFO", "replication")).includes("role:master")));
    },
    stop: async () => {
      await Promise.all([sentinel, replica, primary].map((server) => server.stop()));
    },
  };
}
