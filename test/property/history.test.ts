import { Database } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lmdbFolder } from "../support/lmdb-folder.js";
import { type History, histories, historyDifferences, pushHistories } from "./history.js";
import { settings } from "./settings.js";

const RUNS = 100;

let db: Database;
let opened: { store: OnlineStore; end: () => Promise<void> };
const drawn = { histories: 0, values: 0, present: 0, increments: 0, pushed: 0 };

beforeAll(async () => {
  db = await Database.open({ threads: 2 });
  opened = await lmdbFolder();
});
afterAll(async () => {
  db.close();
  await opened.end();
  console.info(`histories: ${JSON.stringify(drawn)}`);
});

async function check(history: History): Promise<void> {
  const { differences, values, present, increments, pushed } = await historyDifferences(db, opened.store, history);
  drawn.histories++;
  drawn.values += values;
  drawn.present += present;
  drawn.increments += increments;
  drawn.pushed += pushed;
  expect(differences).toEqual([]);
}

const timeout = 3_600_000;

it("runs in any order, full, incremental, over a range or broken off, end in what the oracle says", {
  timeout,
}, async () => {
  await fc.assert(fc.asyncProperty(histories, check), settings(RUNS));
});

it("pushes between runs, new, corrected, moved, deleted, late, sent twice or died half-way, do too", {
  timeout,
}, async () => {
  await fc.assert(fc.asyncProperty(pushHistories, check), settings(RUNS));
});
