import { type OnlineStore, openOnlineStore } from "@lockstep/online";
import type { Redis } from "ioredis";
import { timed } from "../measure.js";
import { PROJECT } from "./source.js";

/** How long the work takes on a store in a server that was emptied before, in seconds. */
export async function intoEmptyRedis(
  redis: Redis,
  url: string,
  work: (store: OnlineStore) => Promise<void>,
): Promise<number> {
  await redis.flushall();
  const store = await openOnlineStore({ kind: "redis", url }, PROJECT);
  await store.ping();
  const { seconds } = await timed(() => work(store));
  await store.close();
  return seconds;
}
