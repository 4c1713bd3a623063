import { Redis } from "ioredis";
import type { OnlineStore } from "../store.js";
import { addresses } from "./addresses.js";
import { type ConnectionSettings, connectionOptions, retryDelay, tlsOptions } from "./connection.js";
import { directTopology } from "./direct.js";
import { RedisStore, type StoreSettings } from "./store.js";

export interface RedisSentinelOptions extends ConnectionSettings, StoreSettings {
  /** The name under which the Sentinels watch the primary. */
  readonly master: string;
  /** `host:port` of some of them. */
  readonly sentinels: readonly string[];
  readonly database?: number;
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
  readonly sentinelTls?: ConnectionSettings["tls"];
}

/** Asks the Sentinels who the primary is, whenever it connects, and follows them to another. */
export async function openRedisSentinelStore(options: RedisSentinelOptions): Promise<OnlineStore> {
  const { master, database, sentinelUsername, sentinelPassword } = options;
  const sentinels = addresses(options.sentinels, "the online store's sentinels");
  const redis = new Redis({
    ...connectionOptions(options),
    sentinels,
    name: master,
    role: "master",
    ...(database === undefined ? {} : { db: database }),
    ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(options.sentinelTls
      ? { enableTLSForSentinelMode: true, sentinelTLS: tlsOptions(options.sentinelTls).tls }
      : {}),
    enableTLSForSentinelMode: Boolean(options.sentinelTls),
    failoverDetector: true,
    retryStrategy: retryDelay,
    sentinelRetryStrategy: retryDelay,
    sentinelReconnectStrategy: retryDelay,
    sentinelCommandTimeout: options.connectTimeout ?? 3_000,
    // A primary that was made a replica: the Sentinels know another.
    reconnectOnError: ({ message }) => (/\bREADONLY\b/.test(message) ? 2 : false),
  });
  const hosts = sentinels.map(({ host, port }) => `${host}:${port}`).join(",");
  return new RedisStore("redis-sentinel", directTopology(redis, `redis-sentinel://${hosts}/${master}`), options);
}
