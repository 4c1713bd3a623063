import { didYouMean, LockstepError } from "@lockstep/core";
import { openLmdbStore } from "./lmdb-store.js";
import { openRedisClusterStore, type RedisClusterOptions } from "./redis/cluster.js";
import { openRedisSentinelStore, type RedisSentinelOptions } from "./redis/sentinel.js";
import { openRedisStore, type RedisOptions } from "./redis/single.js";
import type { OnlineStore } from "./store.js";

export type OnlineStoreConfig =
  | { readonly kind: "lmdb"; readonly path: string }
  | ({ readonly kind: "redis" } & Omit<RedisOptions, "project">)
  | ({ readonly kind: "redis-sentinel" } & Omit<RedisSentinelOptions, "project">)
  | ({ readonly kind: "redis-cluster" } & Omit<RedisClusterOptions, "project">);

type Kind = OnlineStoreConfig["kind"];
type Opener<K extends Kind> = (
  config: Extract<OnlineStoreConfig, { kind: K }>,
  project: string,
) => Promise<OnlineStore>;

/** A new store is a new row. */
const openers: { readonly [K in Kind]: Opener<K> } = {
  lmdb: ({ path }, project) => openLmdbStore({ path, project }),
  redis: ({ kind: _, ...options }, project) => openRedisStore({ ...options, project }),
  "redis-sentinel": ({ kind: _, ...options }, project) => openRedisSentinelStore({ ...options, project }),
  "redis-cluster": ({ kind: _, ...options }, project) => openRedisClusterStore({ ...options, project }),
};

export async function openOnlineStore(config: OnlineStoreConfig, project: string): Promise<OnlineStore> {
  if (!Object.hasOwn(openers, config.kind)) {
    const kinds = Object.keys(openers);
    throw new LockstepError({
      code: "ONLINE_KIND",
      place: config.kind,
      what: `there is no such kind of online store${didYouMean(config.kind, kinds)}`,
      mend: `choose one of ${kinds.join(", ")}`,
    });
  }
  return (openers[config.kind] as Opener<Kind>)(config as never, project);
}
