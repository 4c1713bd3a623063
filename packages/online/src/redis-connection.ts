import { Redis } from "ioredis";
import { errorCode } from "./redis-errors.js";

const CONNECT_MS = 3_000;
const COMMAND_MS = 5_000;
/** A connection that has been silent this long, though asked, is given up and opened anew. */
const SILENCE_MS = 8_000;
const RETRY_MS = { first: 50, most: 1_000 };

export interface RedisConnection {
  readonly redis: Redis;
  /** Why the last attempt to connect failed; undefined while there is a connection. */
  lastError(): string | undefined;
}

/** Connects, and reconnects for as long as it is open; a command fails after three attempts or five seconds. */
export function connectRedis(url: string): RedisConnection {
  let lastError: string | undefined;
  const redis = new Redis(url, {
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    socketTimeout: SILENCE_MS,
    maxRetriesPerRequest: 2,
    retryStrategy: retryDelay,
    keepAlive: 30_000,
    connectionName: "lockstep",
  });
  // An 'error' without a listener would be printed or thrown.
  redis.on("error", (error) => {
    lastError = errorCode(error);
  });
  redis.on("ready", () => {
    lastError = undefined;
  });
  return { redis, lastError: () => lastError };
}

/** Doubles up to a second; the jitter keeps many clients from coming back at one moment. */
export function retryDelay(attempt: number): number {
  const longest = Math.min(RETRY_MS.first * 2 ** (attempt - 1), RETRY_MS.most);
  return Math.round(longest * (0.5 + Math.random() / 2));
}
