import { Database } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lmdbFolder } from "../support/lmdb-folder.js";
import { redisStore } from "../support/redis-store.js";
import { ComparedValues } from "./compared-values.js";
import { denseCases } from "./dense.js";
import { denseDifferences } from "./dense-differences.js";
import { settings } from "./settings.js";

const RUNS = 140;
const REQUIRED = { values: 1_000_000, knownAtT: 100 };

let db: Database;
let stores: { store: OnlineStore; end: () => Promise<void> }[];
const compared = new ComparedValues();

beforeAll(async () => {
  db = await Database.open({ threads: 2 });
  stores = [await lmdbFolder(), await redisStore()];
});
afterAll(async () => {
  db.close();
  for (const { end } of stores) await end();
  const { values, telling, features, known } = compared;
  console.info(`values: ${JSON.stringify({ values, telling, features, known })}\n${tableText()}`);
});

it("a million values at the edges of their features are the oracle's", { timeout: 3_600_000 }, async () => {
  let n = 0;
  const run = settings(RUNS);
  await fc.assert(
    fc.asyncProperty(denseCases, async (c) => {
      const { store } = stores[n++ % stores.length] as (typeof stores)[number];
      expect((await denseDifferences(db, store, c, compared)).slice(0, 20)).toEqual([]);
    }),
    run,
  );
  if (run.numRuns !== RUNS || run.path !== undefined) return;
  expect(compared.values).toBeGreaterThanOrEqual(REQUIRED.values);
  expect(compared.telling).toBeGreaterThanOrEqual(compared.values / 2);
  expect(compared.unmet).toEqual([]);
  expect(Math.min(...compared.known)).toBeGreaterThan(REQUIRED.knownAtT);
  for (const [name, sides] of Object.entries(compared.table())) {
    // Before T nothing may be asked.
    const wanted = name.endsWith(": T") ? sides.slice(1) : sides;
    expect(Math.min(...wanted), name).toBeGreaterThan(0);
  }
});

const tableText = (): string =>
  Object.entries(compared.table())
    .map(([name, sides]) => `  ${name}: ${sides.join(", ")}`)
    .join("\n");
