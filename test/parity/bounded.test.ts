import { count, entity, featureService, featureView, parquet, t } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import { parity } from "@lockstep/parity";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lmdbFolder } from "../support/lmdb-folder.js";
import { type World, worldOf } from "./world.js";

// What a run costs is bounded. Time is the test's own: nothing here waits, and nothing is measured.

const HOUR = 3_600_000_000n;
const T = 1_000_000n * HOUR;

const events = parquet("events", {
  path: "events.parquet",
  columns: { at: t.timestamp(), k: t.string(), n: t.int64() },
  eventTime: "at",
});
const view = featureView("v", {
  entity: entity("thing", { k: t.string() }),
  source: events,
  features: (f) => ({ latest: f.n, n_1d: count().over("1d") }),
});

let db: Database;
let opened: { store: OnlineStore; end: () => Promise<void> };
let world: World;
beforeEach(async () => {
  db = await Database.open({ threads: 1 });
  opened = await lmdbFolder();
  await db.run(`CREATE TEMP TABLE events AS
    SELECT make_timestamp((${T} - i * 60000000)::BIGINT) AS at, 'key ' || (i % 400) AS k, i AS n FROM range(2000) r(i)`);
  world = await worldOf(db, opened.store, [featureService("s", [view])], "events");
  await world.materialize(T);
});
afterEach(async () => {
  await world.end();
  db.close();
  await opened.end();
});

interface Read {
  readonly at: number;
  readonly keys: number;
}

/** A context in which a read takes so many milliseconds, with what is read, and when. */
async function timed(millisecondsOfARead: number) {
  let now = 0;
  const reads: Read[] = [];
  const waits: number[] = [];
  const timer = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      waits.push(milliseconds);
      now += milliseconds;
    },
  };
  const store: OnlineStore = {
    ...opened.store,
    kind: opened.store.kind,
    rows: (...args) => opened.store.rows(...args),
    read: (keys, generations) => {
      reads.push({ at: now, keys: keys.length });
      now += millisecondsOfARead;
      return opened.store.read(keys, generations);
    },
  };
  return { context: { ...(await world.context(T)), store, timer }, reads, waits };
}

/** The most keys that were read in any second. */
const mostInASecond = (reads: readonly Read[]): number =>
  Math.max(
    ...reads.map(({ at }) => reads.filter((r) => r.at > at - 1000 && r.at <= at).reduce((sum, r) => sum + r.keys, 0)),
  );
const keysIn = (reads: readonly Read[]): number => reads.reduce((sum, r) => sum + r.keys, 0);

it.each([1, 7, 90, 700])(
  "no more than %s keys are read in any second, also where causes are looked for",
  async (rate) => {
    // Something to look into.
    await world.put("v", ["key 3"], await world.bytes("v", ["key 4"]));
    const { context, reads, waits } = await timed(1);
    const values = rate === 1 ? 60 : 4_000;
    const keys = rate === 1 ? { keys: [{ k: "key 3" }, { k: "key 5" }] } : { keys: "all" as const };
    const report = await parity(context, { values, rate, ...keys });
    expect(report.causes).toEqual({ "wrong state": report.differ });
    expect(mostInASecond(reads)).toBeLessThanOrEqual(rate);
    expect(keysIn(reads)).toBeGreaterThan(rate);
    expect(waits.length).toBeGreaterThan(0);
  },
);

it("without a rate nothing waits", async () => {
  const { context, waits } = await timed(1);
  expect(await parity(context, { values: 4_000, keys: "all" })).toMatchObject({ differ: 0 });
  expect(waits).toEqual([]);
});

it("nothing is begun after the budget, and every view and service has had its part", async () => {
  const { context, reads } = await timed(1_000);
  const whole = await timed(0);
  await parity(whole.context, { keys: "all" });
  const report = await parity(context, { keys: "all", budget: 2 });
  expect(report.coverage.map((c) => c.complete)).toEqual([false, false]);
  expect(report.coverage[0]?.compared).toBeGreaterThan(0);
  expect(keysIn(reads)).toBeLessThan(keysIn(whole.reads));
  // Only a batch that was under way has been finished.
  expect(reads.filter((r) => r.at > 4_000)).toEqual([]);
  expect(report).toMatchObject({ differ: 0, verdict: "agrees" });
});

it("a batch that a low rate would make long is cut to the budget", async () => {
  const { context, reads } = await timed(1);
  const report = await parity(context, { keys: "all", budget: 20, rate: 10 });
  expect(report.compared).toBeGreaterThan(0);
  expect(reads.filter((r) => r.at > 30_000)).toEqual([]);
});

it("a budget of nothing compares nothing", async () => {
  const { context, reads } = await timed(1);
  expect(await parity(context, { budget: 0 })).toMatchObject({ compared: 0, verdict: "nothing" });
  expect(keysIn(reads)).toBe(0);
});
