import { Database } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import { afterAll, beforeAll } from "vitest";
import { lmdbFolder } from "./lmdb-folder.js";

/** A database of one thread and an embedded online store, for the tests of the block in which it is called. */
export function bothSides(): { readonly db: Database; readonly store: OnlineStore } {
  let db: Database;
  let online: Awaited<ReturnType<typeof lmdbFolder>>;
  beforeAll(async () => {
    db = await Database.open({ threads: 1 });
    online = await lmdbFolder();
  });
  afterAll(async () => {
    db.close();
    await online.end();
  });
  return {
    get db() {
      return db;
    },
    get store() {
      return online.store;
    },
  };
}
