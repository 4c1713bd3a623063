import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Database } from "@lockstep/offline";
import { type OnlineStoreConfig, openOnlineStore } from "@lockstep/online";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRedis } from "../support/redis-server.js";
import { crowdedHistories } from "./crowded.js";
import { type History, histories, pushHistories } from "./history.js";
import { historyDifferences } from "./history-differences.js";
import { settings } from "./settings.js";

/** A publication to Redis reaches all of its buckets. */
const RUNS: Record<string, number> = { lmdb: 80, redis: 40 };

const places: Record<string, () => Promise<{ config: OnlineStoreConfig; end: () => Promise<void> }>> = {
  lmdb: async () => {
    const path = await mkdtemp(join(tmpdir(), "lockstep-history-"));
    return { config: { kind: "lmdb", path }, end: () => rm(path, { recursive: true }) };
  },
  redis: async () => {
    const { url, stop } = await startRedis();
    return { config: { kind: "redis", url }, end: stop };
  },
};

describe.each(Object.keys(places))("histories of a store, %s", (kind) => {
  let place: { config: OnlineStoreConfig; end: () => Promise<void> };
  let databases: [Database, Database];
  const drawn: Record<string, number> = { histories: 0, values: 0, present: 0 };

  beforeAll(async () => {
    place = await (places[kind] as (typeof places)["lmdb"])();
    databases = [await Database.open({ threads: 1 }), await Database.open({ threads: 1 })];
  });
  afterAll(async () => {
    for (const db of databases) db.close();
    await place.end();
    console.info(`histories on ${kind}: ${JSON.stringify(drawn)}`);
  });

  let projects = 0;
  const check = async (history: History): Promise<void> => {
    // Its own project: each history numbers its generations from 1.
    const project = `h${projects++}`;
    const stores = [await openOnlineStore(place.config, project), await openOnlineStore(place.config, project)];
    try {
      const [one, other] = databases.map((db, i) => ({ db, store: stores[i] as (typeof stores)[0] }));
      const { differences, values, present } = await historyDifferences(history, [one, other] as never);
      const counts = [
        ["values", values],
        ["present", present],
        ["histories", 1],
      ] as const;
      for (const [name, n] of counts) drawn[name] = (drawn[name] ?? 0) + n;
      for (const step of history.steps) drawn[step.kind] = (drawn[step.kind] ?? 0) + 1;
      expect(differences.slice(0, 10)).toEqual([]);
    } finally {
      for (const store of stores) await store.close();
    }
  };
  const run = settings(RUNS[kind] as number);

  it("where few ids have many versions, which move between few keys, do too", { timeout: 3_600_000 }, async () => {
    await fc.assert(fc.asyncProperty(crowdedHistories, check), run);
  });

  it("end, after each of their steps, in what the oracle says", { timeout: 3_600_000 }, async () => {
    await fc.assert(fc.asyncProperty(histories, check), run);
  });

  it("with pushes between them, new, corrected, moved, deleted, late, twice or died half-way, do too", {
    timeout: 3_600_000,
  }, async () => {
    await fc.assert(fc.asyncProperty(pushHistories, check), run);
  });
});
