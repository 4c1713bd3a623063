import { stateLayout, type ViewIR } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { encodeKey, idKey, type OnlineStore, packStates } from "@lockstep/online";
import { push } from "@lockstep/push";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { acquireLmdb, releaseLmdb } from "../../../packages/online/src/lmdb-environment.js";
import { lmdbKeys } from "../../../packages/online/src/lmdb-keys.js";
import { lmdbFolder } from "../../../test/support/lmdb-folder.js";
import { openShop, order, pushShop } from "./shop.js";

let db: Database;
let opened: { store: OnlineStore; path: string; end: () => Promise<void> };
beforeEach(async () => {
  db = await Database.open({ threads: 1 });
  opened = await lmdbFolder();
});
afterEach(async () => {
  db.close();
  await opened.end();
});

const ROWS = [order("ada", 1, 10), order("ada", 2, 20), order("bea", 3, 30)];
/** That of `ever`. */
const GENERATION = 1;
const keyOf = (customer: string): Uint8Array => encodeKey("customer", [{ kind: "string" }], [customer]) as Uint8Array;

async function damagedShop() {
  const { store } = opened;
  const repo = pushShop();
  const shop = openShop(db, store);
  await shop.apply(repo);
  await shop.run(ROWS, 100n);
  const layout = stateLayout(repo.views.find(({ name }) => name === "ever") as ViewIR);
  /** Their stamps are the greatest of all. */
  const damage = async (...keys: Uint8Array[]): Promise<void> => {
    const { states } = await store.read(
      keys.map((key) => ({ key, generations: [GENERATION] })),
      [],
    );
    const damaged = states.map(([state], i) => {
      const value = Buffer.from(state as Uint8Array);
      value[1] = 0xff;
      return { key: keys[i] as Uint8Array, value };
    });
    expect(await store.write(GENERATION, packStates(damaged))).toEqual({ written: keys.length, kept: 0 });
  };
  const send = (...rows: object[]) => push({ project: "p", store, registry: shop.registry }, "orders", rows);
  return { shop, damage, send, idOf: (id: bigint) => idKey(layout, [id]) };
}

test("a damaged mark is no answer, and the next run is a full one", async () => {
  const { store, path } = opened;
  const { shop, send } = await damagedShop();
  await send(order("bea", 2, 20, { known: 130n }));
  const lmdb = await acquireLmdb(path);
  const place = lmdbKeys("p").mark(GENERATION);
  const turned = Buffer.from(lmdb.db.getBinary(place) as Buffer);
  turned[1] = 0xff;
  await lmdb.db.put(place, turned);
  await releaseLmdb(lmdb);
  const corrupt = expect.objectContaining({ code: "STATE_CORRUPT" });
  await expect(store.read([], [GENERATION])).rejects.toEqual(corrupt);
  await expect(shop.read("e", "ada", 150n)).rejects.toEqual(corrupt);
  await expect(send(order("bea", 4, 120))).rejects.toEqual(corrupt);
  const range = { from: 0n, to: 50n };
  await expect(shop.run(ROWS, 120n, { views: ["ever"], range })).rejects.toMatchObject({ code: "NOT_MATERIALIZED" });
  expect(await shop.run(ROWS, 120n, { views: ["ever"] })).toMatchObject([{ mode: "full" }]);
  expect(await shop.read("e", "ada", 150n)).toEqual([1n, 1n]);
  expect(await shop.read("e", "bea", 150n)).toEqual([3n, 2n]);
});

describe("a state whose damaged stamp is the greatest of all", () => {
  test("is no answer, and gives way to the next run that comes to its key", async () => {
    const { shop, damage } = await damagedShop();
    await damage(keyOf("ada"), keyOf("bea"));
    expect(await shop.read("e", "ada", 150n)).toEqual([null, null]);
    // An increment comes to ada alone.
    await shop.run([...ROWS, order("ada", 4, 120)], 140n, { views: ["ever"] });
    expect(await shop.read("e", "ada", 150n)).toEqual([4n, 3n]);
    expect(await shop.read("e", "bea", 150n)).toEqual([null, null]);
    // Bea is gone.
    const [run] = await shop.run(ROWS.slice(0, 2), 140n, { views: ["ever"], full: true });
    expect(run).toMatchObject({ keys: 1, kept: 0 });
    expect(await shop.read("e", "bea", 150n)).toEqual([null, 0n]);
  });

  test("of an id too, and what is pushed for it counts", async () => {
    const { shop, damage, send, idOf } = await damagedShop();
    await damage(idOf(2n), idOf(3n));
    await expect(send(order("bea", 2, 20, { known: 130n }))).rejects.toMatchObject({ code: "STATE_CORRUPT" });
    await shop.run(ROWS, 110n, { full: true });
    await send(order("bea", 2, 20, { known: 130n }));
    expect(await shop.read("e", "ada", 150n)).toEqual([1n, 1n]);
    expect(await shop.read("e", "bea", 150n)).toEqual([3n, 2n]);
    // Of ids with pushed rows that outlast the run, one in the source and one that is gone from it.
    await send(order("ada", 3, 30, { known: 130n }));
    await damage(idOf(2n), idOf(3n));
    await shop.run(ROWS.slice(0, 2), 120n, { full: true });
    expect(await shop.read("e", "ada", 150n)).toEqual([3n, 2n]);
    expect(await shop.read("e", "bea", 150n)).toEqual([2n, 1n]);
  });
});
