import { Database } from "@lockstep/offline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lmdbFolder } from "../../../test/support/lmdb-folder.js";
import { push } from "../src/index.js";
import { openShop, order, pushShop } from "./shop.js";

let db: Database;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  db = await Database.open({ threads: 2 });
});
afterAll(async () => {
  db.close();
  for (const end of ends) await end();
});

/** Ada has orders 1 and 2, bea order 3, and T is 100. */
async function stocked() {
  const { store, end } = await lmdbFolder();
  ends.push(end);
  const shop = openShop(db, store);
  await shop.apply(pushShop());
  const rows = [order("ada", 1, 10), order("ada", 2, 20), order("bea", 3, 30)];
  await shop.run(rows, 100n);
  const send = async (...pushed: object[]) => {
    const answers = await push({ db, project: "p", store, registry: shop.registry }, "orders", pushed);
    return answers.map((a) => (a.status === "REJECTED" ? a.code : a.status));
  };
  const counts = async (at: bigint) => [await shop.read("e", "ada", at), await shop.read("e", "bea", at)];
  return { shop, rows, send, counts };
}

describe("a pushed row", () => {
  it("is seen at once, from its knownAt on, and is once however often it is sent", async () => {
    const { send, counts } = await stocked();
    expect(await counts(150n)).toEqual([
      [2n, 2n],
      [3n, 1n],
    ]);
    expect(await send(order("bea", 4, 120), order("bea", 4, 120))).toEqual(["ACCEPTED", "DUPLICATE"]);
    expect(await counts(119n)).toEqual([
      [2n, 2n],
      [3n, 1n],
    ]);
    expect(await counts(150n)).toEqual([
      [2n, 2n],
      [4n, 2n],
    ]);
    expect(await send(order("bea", 4, 120))).toEqual(["DUPLICATE"]);
    expect(await counts(150n)).toEqual([
      [2n, 2n],
      [4n, 2n],
    ]);
  });

  it("moves an event to another key, deletes it, and brings it back", async () => {
    const { send, counts } = await stocked();
    expect(await send(order("bea", 2, 20, { known: 110n }))).toEqual(["ACCEPTED"]);
    expect(await counts(150n)).toEqual([
      [1n, 1n],
      [3n, 2n],
    ]);
    expect(await counts(105n)).toEqual([
      [2n, 2n],
      [3n, 1n],
    ]);
    await send(order("bea", 2, 20, { known: 130n, gone: true }));
    expect(await counts(150n)).toEqual([
      [1n, 1n],
      [3n, 1n],
    ]);
    await send(order("ada", 2, 20, { known: 140n }));
    expect(await counts(150n)).toEqual([
      [2n, 2n],
      [3n, 1n],
    ]);
    expect(await counts(135n)).toEqual([
      [1n, 1n],
      [3n, 1n],
    ]);
  });

  it("that comes too late is LATE, and one that is no event is refused with a reason", async () => {
    const { send, counts } = await stocked();
    const before = await counts(150n);
    expect(
      await send(order("bea", 4, 100), { id: 5 }, { ...order("bea", 6, 120), x: 1 }, order("bea", 7, 101)),
    ).toEqual(["LATE", "ROW_INVALID", "ROW_INVALID", "ACCEPTED"]);
    expect((await counts(150n))[0]).toEqual(before[0]);
  });

  it("is neither lost nor counted twice by the runs that follow", async () => {
    const { shop, rows, send, counts } = await stocked();
    await send(order("bea", 4, 120), order("bea", 2, 20, { known: 130n }));
    await shop.run([...rows, order("bea", 4, 120)], 120n);
    expect(await counts(150n)).toEqual([
      [1n, 1n],
      [4n, 3n],
    ]);
    await shop.run([...rows, order("bea", 4, 120), order("bea", 2, 20, { known: 130n })], 140n);
    expect(await counts(150n)).toEqual([
      [1n, 1n],
      [4n, 3n],
    ]);
    expect(await send(order("bea", 4, 120))).toEqual(["LATE"]);
    await shop.run(rows, 145n, { full: true });
    expect(await counts(150n)).toEqual([
      [2n, 2n],
      [3n, 1n],
    ]);
  });

  it("reaches a generation that is being filled too", async () => {
    const { shop, rows, send, counts } = await stocked();
    await shop.apply(pushShop("2h"));
    await send(order("bea", 4, 120));
    await shop.run(rows, 110n);
    expect(await counts(150n)).toEqual([
      [2n, 2n],
      [4n, 2n],
    ]);
    expect(await shop.read("s", "bea", 150n)).toEqual([2n]);
  });
});
