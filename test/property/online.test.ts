import { Database } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lmdbFolder } from "../support/lmdb-folder.js";
import { redisStore } from "../support/redis-store.js";
import { edgeAsks } from "./edges.js";
import { cases } from "./model.js";
import { onlineDifferences } from "./online-differences.js";
import { settings } from "./settings.js";

const RUNS = 200;
const ASKS = 25;

const stores: Record<string, () => Promise<{ store: OnlineStore; end: () => Promise<void> }>> = {
  lmdb: lmdbFolder,
  redis: redisStore,
};

describe.each(Object.keys(stores))("answers from %s agree with the oracle", (kind) => {
  let db: Database;
  let opened: { store: OnlineStore; end: () => Promise<void> };
  const drawn = { declarations: 0, reads: 0, values: 0, present: 0 };

  beforeAll(async () => {
    db = await Database.open({ threads: 2 });
    opened = await (stores[kind] as (typeof stores)["lmdb"])();
  });
  afterAll(async () => {
    db.close();
    await opened.end();
    console.info(`${kind}: ${JSON.stringify(drawn)}`);
  });

  it("at every instant from the watermark on", { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const asks = [...c.asks, ...edgeAsks(c, ASKS)];
        const { differences, labels, values, present } = await onlineDifferences(db, opened.store, c, asks);
        drawn.declarations++;
        drawn.reads += labels;
        drawn.values += values;
        drawn.present += present;
        expect(differences).toEqual([]);
      }),
      settings(RUNS),
    );
  });
});
