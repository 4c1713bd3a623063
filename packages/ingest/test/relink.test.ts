import { compileRepo, count, entity, featureService, featureView, parquet, t } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import { push } from "@lockstep/push";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lmdbFolder } from "../../../test/support/lmdb-folder.js";
import { delegate, openShop, order } from "./shop.js";

// Versions of their own: what is known later may be a lower one.

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

const source = parquet("orders", {
  path: "",
  columns: {
    ...{ at: t.timestamp(), known: t.timestamp(), customer: t.string(), id: t.int64(), gone: t.bool() },
    version: t.int64(),
  },
  eventTime: "at",
  knownAt: "known",
  id: "id",
  version: "version",
  deleted: "gone",
  push: true,
  lookback: "0s",
});
const customer = entity("customer", { customer: t.string() });
const view = featureView("ever", {
  entity: customer,
  source,
  features: (f) => ({ id: f.id, n: count().over("lifetime") }),
});
const versioned = compileRepo("p", [featureService("e", [view])]).ir;

const ada = order("ada", 1, 10, { version: 9n });

async function stocked() {
  const { store } = opened;
  const shop = openShop(db, store);
  await shop.apply(versioned);
  await shop.run([ada, order("cleo", 2, 10, { version: 1n })], 100n);
  const send = async (row: object) => {
    const answers = await push({ project: "p", store, registry: shop.registry }, "orders", [row]);
    expect(answers.map(({ status }) => status)).toEqual(["ACCEPTED"]);
  };
  const read = (name: string) => shop.read("e", name, 200n);
  return { store, shop, send, read };
}
/** Bea's, known after T, and lower than what the batch has of the id. */
const lower = order("bea", 1, 20, { known: 150n, version: 3n });

test("what is pushed while a full run does not find its id counts from that run on", async () => {
  const { store, shop, send, read } = await stocked();
  const meanwhile: OnlineStore = {
    ...delegate(store),
    publish: async (...args) => {
      await send(lower);
      await store.publish(...args);
    },
  };
  await shop.run([order("cleo", 2, 10, { version: 1n })], 110n, { full: true, store: meanwhile });
  expect(await read("ada")).toEqual([null, 0n]);
  expect(await read("bea")).toEqual([1n, 1n]);
});

test("what is pushed loses to the greater version that a run moves to another key, and wins once that is lower", async () => {
  const { shop, send, read } = await stocked();
  await send(lower);
  expect([await read("ada"), await read("bea")]).toEqual([
    [1n, 1n],
    [null, 0n],
  ]);
  const moved = (version: bigint, known: number) => order("dora", 1, 10, { version, known });
  await shop.run([ada, moved(10n, 105)], 110n);
  expect([await read("ada"), await read("bea"), await read("dora")]).toEqual([
    [null, 0n],
    [null, 0n],
    [1n, 1n],
  ]);
  // The source has forgotten both, and says a version below what was pushed.
  await shop.run([moved(2n, 115)], 120n, { full: true });
  expect([await read("ada"), await read("bea"), await read("dora")]).toEqual([
    [null, 0n],
    [1n, 1n],
    [null, 0n],
  ]);
});

test("what is pushed counts where the batch saw its id first in a run that broke off", async () => {
  const { store, shop, send } = await stocked();
  const dies: OnlineStore = { ...delegate(store), publish: () => Promise.reject(new Error("killed")) };
  const seen = order("cleo", 3, 10, { version: 9n, known: 140n });
  await expect(shop.run([ada, order("cleo", 2, 10, { version: 1n }), seen], 150n, { store: dies })).rejects.toThrow();
  await send(order("bea", 3, 20, { known: 120n, version: 3n }));
  expect(await shop.read("e", "bea", 130n)).toEqual([3n, 1n]);
});
