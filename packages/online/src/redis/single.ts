import { Redis } from "ioredis";
import type { OnlineStore } from "../store.js";
import { type ConnectionSettings, connectionOptions, retryDelay } from "./connection.js";
import { directTopology } from "./direct.js";
import { RedisStore, type StoreSettings } from "./store.js";
import { redisPlace } from "./url.js";

export interface RedisOptions extends ConnectionSettings, StoreSettings {
  /** redis:// or rediss://, with user, password and database as need be. */
  readonly url: string;
}

/** Does not wait for the server: whatever is asked of the store while there is none fails with ONLINE_UNAVAILABLE. */
export async function openRedisStore(options: RedisOptions): Promise<OnlineStore> {
  const place = redisPlace(options.url);
  const redis = new Redis(options.url, { ...connectionOptions(options), retryStrategy: retryDelay });
  return new RedisStore("redis", directTopology(redis, place), options);
}
