import { Database, type Sources } from "@lockstep/offline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lmdbFolder } from "../../../test/support/lmdb-folder.js";
import { memoryRegistry } from "../../../test/support/memory-registry.js";
import { type MaterializeProgress, materialize } from "../src/index.js";
import { shop } from "./shop.js";

// So many rows that the keys of a first run are counted before.

let db: Database;
beforeAll(async () => {
  db = await Database.open();
});
afterAll(() => db.close());

const from = (table: string): Sources => ({ relation: () => table, place: () => table, exists: () => true });

test.each([4_000_000, 50_000])("what a first run of %i rows tells of how many keys there will be", async (rows) => {
  const known = "make_timestamp(100 + i % 7000)";
  // A customer in five has no event, and one is known only later.
  await db.run(`CREATE OR REPLACE TABLE many AS
    SELECT CASE WHEN i % 5 > 0 THEN ${known} END AS at, ${known} AS known, 'c' || i % 2500 AS customer, i AS id, false AS gone
    FROM range(${rows}) t(i)
    UNION ALL SELECT make_timestamp(9000), make_timestamp(9000), 'later', -1, false`);
  const { store, end } = await lmdbFolder();
  const registry = memoryRegistry();
  const version = await registry.apply(0, shop("1h"), new Uint8Array(), "ann");
  const totals = async () => {
    const seen = new Set<number | null>();
    const onProgress = ({ phase, total }: MaterializeProgress) => phase === "writing" && seen.add(total);
    const context = { db, version, sources: from("many"), store, registry, now: 8_000n };
    const [result] = await materialize(context, { views: ["spending"], watermark: 8_000n, onProgress });
    expect(result?.keys).toBe(2_000);
    return [...seen];
  };
  const [first = null] = await totals();
  if (rows === 4_000_000) {
    expect(first).toBeGreaterThan(1_800);
    expect(first).toBeLessThan(2_200);
  } else expect(first).toBeNull();
  expect(await totals()).toEqual([2_000]);
  await end();
});
