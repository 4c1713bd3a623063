import type { OnlineStore, RowWrite } from "@lockstep/online";
import type { Redis } from "ioredis";
import { openRaw } from "../materialize/lmdb.js";

/** What a call appended, append by append: the peer puts the same bytes at once. */
export type Call = readonly RowWrite[];

/** A store that also notes what is appended, while `calls` is set. */
export function noting(store: OnlineStore): { readonly store: OnlineStore; take(): Call } {
  let noted: RowWrite[] = [];
  const append: OnlineStore["append"] = (generation, rows) => {
    for (const row of rows) noted.push(row);
    return store.append(generation, rows);
  };
  return {
    store: new Proxy(store, {
      get: (target, name) => {
        if (name === "append") return append;
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === "function" ? member.bind(target) : member;
      },
    }),
    take: () => {
      const taken = noted;
      noted = [];
      return taken;
    },
  };
}

/** Puts a call's bytes, each under a key that nothing was put under before. */
export interface Peer {
  put(call: Call): Promise<void>;
  close(): Promise<void>;
}

let made = 0;
const keyOf = (key: Uint8Array): Buffer => {
  const fresh = Buffer.allocUnsafe(4 + key.length);
  fresh.writeUInt32BE(++made, 0);
  fresh.set(key, 4);
  return fresh;
};

/** A transaction a call, committed to the disk as ours are. */
export function lmdbPeer(path: string): Peer {
  const db = openRaw(path);
  return {
    put: async (call) => {
      await db.transaction(() => {
        for (const { key, row } of call) db.putSync(keyOf(key), row as Buffer);
      });
    },
    close: () => db.close(),
  };
}

/** A pipeline a call. */
export const redisPeer = (redis: Redis): Peer => ({
  put: async (call) => {
    const pipeline = redis.pipeline();
    for (const { key, row } of call) pipeline.set(keyOf(key), row as Buffer);
    await pipeline.exec();
  },
  close: async () => redis.disconnect(),
});
