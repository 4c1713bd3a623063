import type { OnlineStore } from "@lockstep/online";
import { lmdbFolder } from "./lmdb-folder.js";
import { redisStore } from "./redis-store.js";

export interface OpenedStore {
  readonly store: OnlineStore;
  readonly end: () => Promise<void>;
}

/** The kinds of online stores that a test is for: real ones, each of its own. */
export const STORES = ["lmdb", "redis"] as const;

export const openStoreOf: { readonly [K in (typeof STORES)[number]]: () => Promise<OpenedStore & { port?: number }> } =
  {
    lmdb: lmdbFolder,
    redis: redisStore,
  };
