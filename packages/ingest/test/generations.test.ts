import { Database } from "@lockstep/offline";
import type { Mark, OnlineStore } from "@lockstep/online";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lmdbFolder } from "../../../test/support/lmdb-folder.js";
import { sweep } from "../src/index.js";
import { delegate, openShop, order, shop } from "./shop.js";

let db: Database;
let opened: { store: OnlineStore; end: () => Promise<void> };
beforeEach(async () => {
  db = await Database.open({ threads: 1 });
  opened = await lmdbFolder();
});
afterEach(async () => {
  db.close();
  await opened.end();
});

const ROWS = [order("a", 1, 100), order("b", 2, 200)];

test("the old definition is served until the new one is whole, and is swept after the grace", async () => {
  const { store } = opened;
  const { apply, run, read, registry } = openShop(db, store);
  await apply(shop("1h"));
  expect((await registry.state()).served?.version).toBe(1);
  await expect(read("s", "a", 1000n)).rejects.toMatchObject({ code: "NOT_MATERIALIZED" });
  await run(ROWS, 300n);
  expect(await read("s", "a", 300n)).toEqual([1n]);

  await apply(shop("2h"));
  expect((await registry.state()).served?.version).toBe(1);
  expect(await read("s", "a", 300n)).toEqual([1n]);
  // Another view's run is no cut-over.
  await run(ROWS, 400n, { views: ["ever"] });
  expect((await registry.state()).served?.version).toBe(1);
  await run([...ROWS, order("a", 3, 350)], 400n, { views: ["spending"] });
  const { served, retired, head } = await registry.state();
  expect(served).toBe(head);
  expect(retired).toMatchObject([{ generation: 2 }]);
  expect(await read("s", "a", 400n)).toEqual([2n]);

  expect(await sweep({ store, registry, now: 0n })).toEqual([]);
  expect(await sweep({ store, registry, now: 0n }, { graceSeconds: 0 })).toEqual([{ generation: 2, keys: 2 }]);
  expect(await sweep({ store, registry, now: 0n }, { graceSeconds: 0 })).toEqual([]);
  expect(await read("s", "a", 400n)).toEqual([2n]);
  expect(await read("e", "b", 400n)).toEqual([2n, 1n]);
});

test("a generation that a run still writes to is not swept, unless that run is a day old", async () => {
  const { store } = opened;
  const { apply, run, registry } = openShop(db, store);
  await apply(shop("1h"));
  await run(ROWS, 300n);
  const { run: writtenBy } = await registry.startRun("spending", 2, 400n);
  await apply(shop("2h"));
  await run(ROWS, 400n);
  const wall = Date.now();
  expect(await sweep({ store, registry, now: 0n }, { wall })).toEqual([]);
  expect(await sweep({ store, registry, now: 0n }, { graceSeconds: 0, wall })).toEqual([
    { generation: 2, keys: 0, writtenBy },
  ]);
  expect(await sweep({ store, registry, now: 0n }, { wall: wall + 86_500_000 })).toEqual([{ generation: 2, keys: 2 }]);
});

test("a version that was never materialized is passed over", async () => {
  const { apply, run, registry } = openShop(db, opened.store);
  await apply(shop("1h"));
  await run(ROWS, 300n);
  await apply(shop("2h"));
  await apply(shop("3h"));
  expect((await registry.state()).served?.version).toBe(1);
  await run(ROWS, 300n);
  const { served, retired } = await registry.state();
  expect(served?.version).toBe(3);
  expect(retired.map((r) => r.generation)).toEqual([2, 3]);
});

test("a key that a full run did not find stays gone, whatever runs of smaller T follow", async () => {
  const { apply, run, read } = openShop(db, opened.store);
  await apply(shop("1h"));
  const gone = [...ROWS, order("b", 2, 200, { known: 500n, gone: true })];
  await run(gone, 300n);
  expect(await read("e", "b", 300n)).toEqual([2n, 1n]);
  await run(gone, 600n);
  expect(await read("e", "b", 600n)).toEqual([null, 0n]);
  await run(gone, 300n);
  expect(await read("e", "b", 600n)).toEqual([null, 0n]);
  expect(await read("e", "a", 600n)).toEqual([1n, 1n]);
});

test("an increment computes the keys of new rows and of all versions of their ids, and nothing else", async () => {
  const { apply, run, read } = openShop(db, opened.store);
  await apply(shop("1h", "10us"));
  expect(await run(ROWS, 300n)).toMatchObject([{ mode: "full" }, { mode: "full" }]);
  // The event of b moves to c, one of a's arrives ten microseconds late, one is not known yet.
  const more = [...ROWS, order("c", 2, 200, { known: 310n }), order("a", 3, 291), order("d", 4, 999)];
  const [, ever] = await run(more, 320n);
  expect(ever).toMatchObject({ mode: "incremental", keys: 3, rows: 2, removed: 0 });
  expect(await read("e", "a", 320n)).toEqual([3n, 2n]);
  expect(await read("e", "b", 320n)).toEqual([null, 0n]);
  expect(await read("e", "c", 320n)).toEqual([2n, 1n]);
  expect(await run(more, 320n, { full: true })).toMatchObject([
    { mode: "full" },
    { mode: "full", keys: 2, removed: 1 },
  ]);
  expect(await run(more, 330n)).toMatchObject([{ keys: 0 }, { keys: 0 }]);
});

test("a back-fill computes the keys of a range at the store's own T", async () => {
  const { apply, run, read } = openShop(db, opened.store);
  await apply(shop("1h", "0s"));
  const range = { from: 100n, to: 200n };
  await expect(run(ROWS, 300n, { range })).rejects.toMatchObject({ code: "NOT_MATERIALIZED" });
  await run(ROWS, 300n);
  const late = [...ROWS, order("a", 5, 150), order("b", 6, 200)];
  expect(await run(late, 900n, { range })).toMatchObject([
    { mode: "backfill", watermark: 300n, keys: 1 },
    { mode: "backfill", watermark: 300n, keys: 1 },
  ]);
  expect(await read("e", "a", 300n)).toEqual([5n, 2n]);
  expect(await read("e", "b", 300n)).toEqual([2n, 1n]);
  await expect(run(late, 900n, { range: { from: 5n, to: 5n } })).rejects.toMatchObject({ code: "RANGE_INVALID" });
});

test("a back-fill leaves a mark of its own, and an increment builds upon it", async () => {
  const { store } = opened;
  const { apply, run, registry } = openShop(db, store);
  await apply(shop("1h", "0s"));
  const [, full] = await run(ROWS, 300n);
  const [, filled] = await run(ROWS, 900n, { range: { from: 100n, to: 200n } });
  const mark = (await store.read([], [2])).published.get(2);
  expect(mark).toEqual({ t: 300n, run: filled?.run, floor: { t: 300n, run: full?.run } });
  expect(await run(ROWS, 900n)).toMatchObject([{ mode: "incremental" }, { mode: "incremental" }]);
  expect((await registry.state()).runs.every((r) => r.state === "complete")).toBe(true);
});

test("where the store has lost a complete run, no increment and no back-fill builds upon what is left", async () => {
  const { store } = opened;
  const { apply, run } = openShop(db, store);
  await apply(shop("1h", "0s"));
  const views = ["ever"];
  await run(ROWS, 300n, { views });
  const older = (await store.read([], [1])).published.get(1) as Mark;
  await run(ROWS, 400n, { views });
  const range = { from: 100n, to: 200n };
  const rollBack = async () => {
    await store.sweep(1);
    await store.publish(1, older);
  };
  await rollBack();
  await expect(run(ROWS, 500n, { views, range })).rejects.toMatchObject({ code: "STORE_ROLLED_BACK" });
  expect(await run(ROWS, 500n, { views })).toMatchObject([{ mode: "full" }]);
  expect(await run(ROWS, 600n, { views })).toMatchObject([{ mode: "incremental" }]);
  // A full run of a smaller T leaves but its floor.
  const { floor: _, ...mark } = (await store.read([], [1])).published.get(1) as Mark;
  await run(ROWS, 550n, { views, full: true });
  await store.sweep(1);
  await store.publish(1, { ...mark, floor: older });
  expect(await run(ROWS, 700n, { views })).toMatchObject([{ mode: "full" }]);
});

test.each([
  ["an increment", {}],
  ["a back-fill", { range: { from: 100n, to: 200n } }],
])("%s during which the store is emptied is not published, and the next run is full", async (_, options) => {
  const { store } = opened;
  const { apply, run, registry } = openShop(db, store);
  await apply(shop("1h", "0s"));
  const views = ["ever"];
  await run(ROWS, 300n, { views });
  const losing: OnlineStore = {
    ...delegate(store),
    publish: async (...args) => {
      await store.sweep(1);
      await store.publish(...args);
    },
  };
  const losingRun = run([...ROWS, order("a", 3, 350)], 400n, { views, store: losing, ...options });
  await expect(losingRun).rejects.toMatchObject({ code: "STORE_ROLLED_BACK" });
  expect((await registry.state()).runs.at(-1)).toMatchObject({ state: "failed" });
  expect((await store.read([], [1])).published.size).toBe(0);
  expect(await run(ROWS, 500n, { views })).toMatchObject([{ mode: "full" }]);
});
