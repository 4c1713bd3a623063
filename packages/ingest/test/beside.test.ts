import { Database, type Sources } from "@lockstep/offline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lmdbFolder } from "../../../test/support/lmdb-folder.js";
import { memoryRegistry } from "../../../test/support/memory-registry.js";
import { materialize } from "../src/index.js";
import { shop } from "./shop.js";

// The engine ends a result that is being read where another statement runs on its connection, and says nothing.

const CUSTOMERS = 30_000;
/** A table that all connections see. */
const sources: Sources = { relation: () => "all_orders", place: () => "all_orders", exists: () => true };

let db: Database;
beforeAll(async () => {
  db = await Database.open({ threads: 1 });
  const at = "make_timestamp(100)";
  await db.run(`CREATE TABLE all_orders AS
    SELECT ${at} AS at, ${at} AS known, 'c' || i AS customer, i AS id, false AS gone FROM range(${CUSTOMERS}) t(i)`);
});
afterAll(() => db.close());

/** Materializes while other queries go on, on the connection that the run was given. */
async function besideQueries(connected: boolean): Promise<number> {
  const { store, end } = await lmdbFolder();
  const registry = memoryRegistry();
  const version = await registry.apply(0, shop("1h"), new Uint8Array(), "ann");
  let done = false;
  const queries = (async () => {
    while (!done) await db.rows("SELECT 1");
  })();
  try {
    const context = { db, version, sources, store, registry, now: 200n };
    const connect = () => db.connect();
    const results = await materialize(connected ? { ...context, connect } : context, {
      views: ["ever"],
      watermark: 200n,
    });
    return results[0]?.keys ?? 0;
  } finally {
    done = true;
    await queries;
    await end();
  }
}

test("a run has a connection of its own where there are more", async () => {
  expect(await besideQueries(true)).toBe(CUSTOMERS);
});

test("a run whose result was cut short fails, and publishes nothing", async () => {
  await expect(besideQueries(false)).rejects.toThrow("RESULT_CUT_SHORT");
});
