import { type OnlineStore, openOnlineStore } from "@lockstep/online";
import { startRedis } from "./redis-server.js";

/** An online store on a Redis of its own; `end` closes it and stops the server. */
export async function redisStore(): Promise<{ store: OnlineStore; port: number; end: () => Promise<void> }> {
  const server = await startRedis();
  const store = await openOnlineStore({ kind: "redis", url: server.url }, "p");
  const end = async () => {
    await store.close();
    await server.stop();
  };
  return { store, port: Number(new URL(server.url).port), end };
}
