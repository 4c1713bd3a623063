import { Database } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lmdbFolder } from "../../../test/support/lmdb-folder.js";
import { memoryRegistry } from "../../../test/support/memory-registry.js";
import { forget } from "../src/index.js";
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
const customer = (repo = shop("1h")) =>
  repo.entities.find((e) => e.name === "customer") as (typeof repo.entities)[number];

test("a key is gone from every view and generation, and no run brings it back", async () => {
  const { apply, run, read, registry } = openShop(db, opened.store);
  const context = { project: "p", store: opened.store, registry };
  await apply(shop("1h", "1m"));
  await run(ROWS, 300n);
  await apply(shop("2h", "1m"));
  await run(ROWS, 300n);
  expect(await forget(context, customer(), ["a"], "ann")).toMatchObject({
    generations: [1, 2, 3],
    removed: 3,
    left: 0,
  });
  expect(await read("e", "a", 300n)).toEqual([null, 0n]);
  for (const full of [true, false]) {
    await run([...ROWS, order("a", 3, 310)], 400n, { full });
    expect(await read("e", "a", 400n)).toEqual([null, 0n]);
    expect(await read("e", "b", 400n)).toEqual([2n, 1n]);
  }
  expect(await forget(context, customer(), ["a"], "bob")).toMatchObject({ removed: 0 });
  const { forgotten } = await registry.state();
  expect(forgotten).toMatchObject([{ entity: "customer", by: "ann", key: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
});

test.each(["before", "after"])("a key that is forgotten %s a run under way writes it is gone too", async (when) => {
  const registry = memoryRegistry();
  const { store } = opened;
  const { apply, run, read } = openShop(db, store, registry);
  await apply(shop("1h"));
  const forgetting = async () => {
    await forget({ project: "p", store, registry }, customer(), ["a"], "ann");
  };
  const slow: OnlineStore = {
    ...delegate(store),
    write: async (generation, states) => {
      if (when === "before") await forgetting();
      const counts = await store.write(generation, states);
      if (when === "after") await forgetting();
      return counts;
    },
  };
  await run(ROWS, 300n, { store: slow, views: ["ever"] });
  expect(await read("e", "a", 300n)).toEqual([null, 0n]);
  expect(await read("e", "b", 300n)).toEqual([2n, 1n]);
});

test("a part that is null is refused", async () => {
  const { registry } = openShop(db, opened.store);
  await expect(
    forget({ project: "p", store: opened.store, registry }, customer(), [null], "ann"),
  ).rejects.toMatchObject({
    code: "KEY_INVALID",
  });
});
