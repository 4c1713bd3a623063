import { Database } from "@lockstep/offline";
import { isGivenKey, isIdKey, type OnlineStore } from "@lockstep/online";
import { push } from "@lockstep/push";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lmdbFolder } from "../../../test/support/lmdb-folder.js";
import { redisStore } from "../../../test/support/redis-store.js";
import { openShop, order, pushShop } from "./shop.js";

let db: Database;
beforeEach(async () => {
  db = await Database.open({ threads: 1 });
});
afterEach(() => db.close());

const ROWS = [order("ada", 1, 10), order("ada", 2, 20), order("bea", 3, 30)];
/** That of `ever`. */
const GENERATION = 1;

type Where = "index" | "given" | "key";
const placeOf = (key: Uint8Array): Where => (isIdKey(key) ? "index" : isGivenKey(key) ? "given" : "key");

describe.each([
  ["LMDB", lmdbFolder],
  ["Redis", redisStore],
])("damaged pushed rows in %s", (_, open) => {
  let store: OnlineStore;
  let end: () => Promise<void>;
  beforeEach(async () => {
    ({ store, end } = await open());
  });
  afterEach(() => end());

  /** Turns a byte of every row in such places. */
  async function damage(places: readonly Where[], byte: number, generation = GENERATION): Promise<void> {
    for await (const batch of store.rows(generation)) {
      const found = batch
        .filter(({ key }) => places.includes(placeOf(key)))
        .flatMap(({ key, rows }) => rows.map((row) => ({ key, row })));
      const turned = found.map(({ key, row }) => ({ key, row: row.map((b, i) => (i === byte ? b ^ 0x10 : b)) }));
      await store.removeRows(generation, found);
      await store.append(generation, turned);
    }
  }

  async function stocked() {
    const shop = openShop(db, store);
    await shop.apply(pushShop());
    await shop.run(ROWS, 100n);
    const send = (...rows: object[]) => push({ project: "p", store, registry: shop.registry }, "orders", rows);
    /** Order 2 moves to bea, and there is a new one of cleo's. */
    await send(order("bea", 2, 20, { known: 130n }), order("cleo", 4, 140));
    const read = async (...names: string[]) => Promise.all(names.map((name) => shop.read("e", name, 150n)));
    /** Of `ever`. */
    const run = async (rows: typeof ROWS, t: bigint, full = false) => {
      const [result] = await shop.run(rows, t, { views: ["ever"], ...(full ? { full } : {}) });
      return result?.damaged;
    };
    return { shop, send, read, run };
  }

  const RIGHT = [
    [1n, 1n],
    [3n, 2n],
    [4n, 1n],
  ];
  const names = ["ada", "bea", "cleo"];

  // The first byte of what a row tells, and of its knownAt: as if it became known before T.
  for (const byte of [12, 0]) {
    for (const full of [false, true]) {
      test(`of keys are errors there, and made again by a ${full ? "full run" : "run"} (byte ${byte})`, async () => {
        const { read, run } = await stocked();
        expect(await read(...names)).toEqual(RIGHT);
        await damage(["key"], byte);
        expect(await read(...names)).toEqual([
          [null, null],
          [null, null],
          [null, null],
        ]);
        const damaged = await run(ROWS, 110n, full);
        expect(damaged).toEqual([
          { key: 'customer "ada"', rows: 1, mended: true },
          { key: 'customer "bea"', rows: expect.any(Number), mended: true },
          { key: 'customer "cleo"', rows: 1, mended: true },
        ]);
        expect(await read(...names)).toEqual(RIGHT);
        expect(await run(ROWS, 120n, full)).toEqual([]);
      });
    }

    test(`of an id's index keep its pushes out, and are made again by a run (byte ${byte})`, async () => {
      const { read, run, send } = await stocked();
      await damage(["index"], byte);
      expect(await read(...names)).toEqual(RIGHT);
      const again = [order("ada", 2, 20, { known: 145n }), order("dora", 5, 145)];
      expect(await send(...again)).toMatchObject([
        { status: "REJECTED", code: "STATE_CORRUPT" },
        { status: "ACCEPTED" },
      ]);
      // The batch moves the order on, which is told to bea.
      const moved = [...ROWS, order("dora", 2, 20, { known: 105n })];
      expect(await run(moved, 110n)).toEqual([
        { key: 'id "2"', rows: 1, mended: true },
        { key: 'id "4"', rows: 1, mended: true },
      ]);
      expect(await read(...names)).toEqual(RIGHT);
      expect(await send(...again)).toMatchObject([{ status: "ACCEPTED" }, { status: "DUPLICATE" }]);
      expect(await read(...names)).toEqual([[2n, 2n], [3n, 1n], RIGHT[2]]);
    });
  }

  test("that have no whole copy stay as they are, and the others are told", async () => {
    const { read, run, send, shop } = await stocked();
    await damage(["index", "given", "key"], 12);
    expect(await send(order("eve", 6, 145))).toMatchObject([{ status: "ACCEPTED" }]);
    const damaged = await run(ROWS, 110n, true);
    expect(damaged?.every(({ mended }) => !mended)).toBe(true);
    expect(damaged?.map(({ key }) => key)).toEqual(expect.arrayContaining(['customer "bea"', 'id "2"', 'id "4"']));
    expect(await read(...names, "eve")).toEqual([
      [null, null],
      [null, null],
      [null, null],
      [6n, 1n],
    ]);
    // From then on the source speaks.
    await shop.run([...ROWS, order("bea", 2, 20, { known: 130n }), order("cleo", 4, 140)], 145n);
    expect(await read(...names)).toEqual(RIGHT);
  });

  test("of those as they were given keep a changed definition out, unless there is a copy", async () => {
    const { shop, run, send } = await stocked();
    await damage(["given"], 12);
    expect(await run(ROWS, 110n)).toEqual([
      { key: 'id "2"', rows: 1, mended: false },
      { key: 'id "4"', rows: 1, mended: false },
    ]);
    await shop.apply(pushShop("2h"));
    // Of `spending` before.
    await damage(["given"], 12, 2);
    await expect(shop.run(ROWS, 110n, { views: ["spending"] })).rejects.toMatchObject({
      code: "STATE_CORRUPT",
      message: expect.stringContaining('id "2"'),
    });
    await send(order("bea", 2, 20, { known: 130n }), order("cleo", 4, 140));
    await shop.run(ROWS, 110n, { views: ["spending"] });
    expect(await shop.read("s", "bea", 150n)).toEqual([2n]);
    expect(await shop.read("s", "cleo", 150n)).toEqual([1n]);
  });
});
