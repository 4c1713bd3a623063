import { type OnlineStore, openOnlineStore } from "@lockstep/online";
import { Redis } from "ioredis";
import { type RedisServer, startRedis } from "../redis-server.js";
import { PROJECT } from "./wide.js";

/** What the documentation recommends. */
export const RECOMMENDED = ["--hash-max-listpack-value", "512"];

export interface Loaded {
  readonly redis: Redis;
  readonly store: OnlineStore;
  /** What the server says it uses, but for connections. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

/** A server of its own, with a store on it and a connection to ask by hand. */
export async function openLoaded(settings: readonly string[]): Promise<Loaded> {
  const server: RedisServer = await startRedis(settings);
  const redis = new Redis(server.url);
  const store = await openOnlineStore({ kind: "redis", url: server.url }, PROJECT);
  return {
    redis,
    store,
    memory: async () => {
      const info = await redis.info("memory");
      const [used = 0, clients = 0] = ["used_memory", "mem_clients_normal"].map((name) =>
        Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1]),
      );
      return used - clients;
    },
    stop: async () => {
      await store.close();
      redis.disconnect();
      await server.stop();
    },
  };
}
