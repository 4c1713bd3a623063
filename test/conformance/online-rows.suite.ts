import { instantBytes, type KeyRows, type OnlineStore, packStates } from "@lockstep/online";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StoreUnderTest } from "./online-store.suite.js";
import { hex, stamp, state, write } from "./states.js";

const GENERATION = 7;
const key = (text: string): Buffer => Buffer.from(text);
const row = (t: number | bigint, text = ""): Buffer => Buffer.concat([instantBytes(BigInt(t)), Buffer.from(text)]);
const append = (of: string, t: number | bigint, text = "") => ({
  key: key(of),
  row: row(t, text),
  asks: true as const,
});
const sorted = (rows: readonly Uint8Array[] | undefined): string[] => (rows ?? []).map((r) => hex(r) ?? "").sort();

/** What every online store does with the rows that are kept beside states. */
export function onlineRowsSuite(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`rows in ${name}`, () => {
    let under: StoreUnderTest;
    let projects = 0;
    const freshStore = (): Promise<OnlineStore> => under.store(`rows${projects++}`);
    const rowsOf = async (store: OnlineStore, of: string, generation = GENERATION): Promise<string[]> => {
      const { rows } = await store.read([{ key: key(of), generations: [], rows: [generation] }], []);
      return sorted(rows?.[0]?.[0]);
    };
    const all = async (store: OnlineStore, generation = GENERATION): Promise<Map<string, string[]>> => {
      const found: KeyRows[] = [];
      for await (const batch of store.rows(generation)) found.push(...batch);
      return new Map(found.map(({ key, rows }) => [Buffer.from(key).toString(), sorted(rows)]));
    };

    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under.close());

    test("a key without rows has none", async () => {
      const store = await freshStore();
      expect(await store.append(GENERATION, [])).toEqual([]);
      expect(await rowsOf(store, "a")).toEqual([]);
      expect(await all(store)).toEqual(new Map());
      expect(await store.dropRows(GENERATION, 5n)).toBe(0);
      await store.close();
    });

    test("a row is appended once, and what an append answers is of that moment", async () => {
      const store = await freshStore();
      const [first] = await store.append(GENERATION, [append("a", 1, "x")]);
      expect(first).toMatchObject({ added: true, state: null, mark: null });
      expect(sorted(first?.rows)).toEqual(sorted([row(1, "x")]));
      await store.write(GENERATION, packStates([write("a", stamp(3))]));
      await store.publish(GENERATION, { ...stamp(4), floor: stamp(2) });
      const answers = await store.append(GENERATION, [
        append("a", 1, "x"),
        append("b", 1, "x"),
        append("a", 2),
        append("a", 2),
      ]);
      expect(answers.map((answer) => answer.added)).toEqual([false, true, true, false]);
      expect(answers.map((answer) => hex(answer.state))).toEqual(
        ["a", "b", "a", "a"].map((of) => hex(of === "a" ? state(stamp(3)) : null)),
      );
      expect(answers.map((answer) => answer.mark)).toEqual(Array(4).fill({ ...stamp(4), floor: stamp(2) }));
      expect(sorted(answers.at(-1)?.rows)).toEqual(sorted([row(1, "x"), row(2)]));
      expect(await rowsOf(store, "a")).toEqual(sorted([row(1, "x"), row(2)]));
      await store.close();
    });

    test("an append that asks for nothing is told of no rows and no state, and one that asks of all", async () => {
      const store = await freshStore();
      const quiet = (of: string, t: number, text = "") => ({ key: key(of), row: row(t, text) });
      await store.write(GENERATION, packStates([write("a", stamp(3))]));
      await store.publish(GENERATION, stamp(4));
      const mark = stamp(4);
      expect(await store.append(GENERATION, [quiet("a", 1), quiet("b", 1), quiet("b", 2), quiet("a", 1)])).toEqual([
        { added: true, rows: [], state: null, mark },
        { added: true, rows: [], state: null, mark },
        { added: true, rows: [], state: null, mark },
        { added: false, rows: [], state: null, mark },
      ]);
      // Within a longer row, and in part of one.
      const rows = [quiet("a", 1, "xyz"), append("a", 1, "xy"), quiet("b", 3), append("c", 1), quiet("c", 1)];
      const answers = await store.append(GENERATION, rows);
      expect(answers.map(({ added }) => added)).toEqual([true, true, true, true, false]);
      expect(sorted(answers[1]?.rows)).toEqual(sorted([row(1), row(1, "xyz"), row(1, "xy")]));
      expect(hex(answers[1]?.state)).toBe(hex(state(stamp(3))));
      expect([answers[2]?.rows, answers[2]?.state]).toEqual([[], null]);
      expect(sorted(answers[3]?.rows)).toEqual([hex(row(1))]);
      expect((await store.append(GENERATION, [quiet("a", 1, "x"), quiet("a", 1, "xy")])).map((a) => a.added)).toEqual([
        true,
        false,
      ]);
      const many = Array.from({ length: 9 }, (_, i) => quiet("a", 1, "xyz".slice(0, i % 4)));
      expect((await store.append(GENERATION, [...many, quiet("a", 5), quiet("a", 5)])).map((a) => a.added)).toEqual([
        ...many.map(() => false),
        true,
        false,
      ]);
      await store.close();
    });

    test("rows are read with states and marks, of the generations that ask for them", async () => {
      const store = await freshStore();
      await store.append(1, [append("a", 1)]);
      await store.append(2, [append("a", 2)]);
      await store.write(1, packStates([write("a", stamp(1))]));
      await store.publish(1, stamp(1));
      const read = await store.read(
        [
          { key: key("a"), generations: [1, 2], rows: [2, 1, 3] },
          { key: key("b"), generations: [1] },
        ],
        [1],
      );
      expect(read.states.map((states) => states.map(hex))).toEqual([[hex(state(stamp(1))), hex(null)], [hex(null)]]);
      expect(read.rows?.map((each) => each.map(sorted))).toEqual([[sorted([row(2)]), sorted([row(1)]), []], []]);
      expect(read.published).toEqual(new Map([[1, stamp(1)]]));
      await store.close();
    });

    test("rows up to an instant are dropped, whatever its sign", async () => {
      const store = await freshStore();
      const times = [-(2n ** 63n), -5n, -1n, 0n, 1n, 7n, 2n ** 63n - 1n];
      await store.append(GENERATION, [...times.map((t) => append("a", t)), append("b", -9), append("b", 3)]);
      await store.append(8, [append("a", -9)]);
      expect(await store.dropRows(GENERATION, -1n)).toBe(4);
      expect(await rowsOf(store, "a")).toEqual(sorted(times.slice(3).map((t) => row(t))));
      expect(await store.dropRows(GENERATION, 6n)).toBe(3);
      expect(await all(store)).toEqual(new Map([["a", sorted([row(7), row(2n ** 63n - 1n)])]]));
      expect(await rowsOf(store, "a", 8)).toEqual(sorted([row(-9)]));
      await store.close();
    });

    test("exactly the rows that are named are removed", async () => {
      const store = await freshStore();
      await store.append(GENERATION, [append("a", 1, "x"), append("a", 1, "xy"), append("b", 1, "x"), append("c", 2)]);
      await store.write(GENERATION, packStates([write("a", stamp(1))]));
      await store.append(8, [append("a", 1, "x")]);
      expect(await store.removeRows(GENERATION, [])).toBe(0);
      const named = [append("a", 1, "x"), append("a", 2, "x"), append("c", 2), append("d", 1)];
      expect(await store.removeRows(GENERATION, named)).toBe(2);
      expect(await all(store)).toEqual(
        new Map([
          ["a", sorted([row(1, "xy")])],
          ["b", sorted([row(1, "x")])],
        ]),
      );
      expect(await rowsOf(store, "a", 8)).toEqual(sorted([row(1, "x")]));
      const { states } = await store.read([{ key: key("a"), generations: [GENERATION] }], []);
      expect(hex(states[0]?.[0])).toBe(hex(state(stamp(1))));
      await store.close();
    });

    test("every key with rows is found, however many states there are and whatever its bytes", async () => {
      const store = await freshStore();
      const long = "k".repeat(3_000);
      const names = ["", "a", "a\0", "\0", long, ...Array.from({ length: 6_000 }, (_, i) => `n${i}`)];
      await store.write(GENERATION, packStates(Array.from({ length: 1_000 }, (_, i) => write(`s${i}`, stamp(1)))));
      await store.append(
        GENERATION,
        names.map((of, i) => append(of, i, "x".repeat(i % 50))),
      );
      const found = await all(store);
      expect([...found.keys()].sort()).toEqual([...names].sort());
      expect(found.get(long)).toEqual(sorted([row(4, "x".repeat(4))]));
      await store.close();
    });

    test("removing a key, or a generation, removes its rows", async () => {
      const store = await freshStore();
      for (const generation of [1, 2]) {
        await store.append(generation, [append("a", 1), append("ab", 1)]);
        await store.write(generation, packStates([write("a", stamp(1))]));
      }
      expect(await store.remove(key("a"), [1])).toBe(1);
      expect(await all(store, 1)).toEqual(new Map([["ab", sorted([row(1)])]]));
      expect(await rowsOf(store, "a", 2)).toEqual(sorted([row(1)]));
      expect(await store.sweep(2)).toBe(1);
      expect(await all(store, 2)).toEqual(new Map());
      expect(await rowsOf(store, "ab", 1)).toEqual(sorted([row(1)]));
      await store.close();
    });

    test("an older state is removed and the rows beside it stay", async () => {
      const store = await freshStore();
      await store.append(GENERATION, [append("a", 1)]);
      await store.write(GENERATION, packStates([write("a", stamp(1))]));
      expect(await store.removeOlder(GENERATION, stamp(2))).toBe(1);
      expect(await rowsOf(store, "a")).toEqual(sorted([row(1)]));
      await store.close();
    });

    test("of rows appended at the same time to one key none is lost", async () => {
      const project = `rows${projects++}`;
      const stores = await Promise.all([under.store(project), under.store(project)]);
      const jobs = Array.from({ length: 40 }, (_, i) =>
        stores[i % 2]?.append(GENERATION, [append("a", i), append(`b${i % 3}`, i), append("a", 1_000)]),
      );
      const answers = (await Promise.all(jobs)).flatMap((of) => of ?? []);
      const [store] = stores;
      if (!store) throw new Error("no store");
      expect(await rowsOf(store, "a")).toEqual(sorted([...Array(40).keys(), 1_000].map((t) => row(t))));
      expect(answers.filter((answer) => answer.added)).toHaveLength(81);
      await Promise.all(stores.map((each) => each.close()));
    });
  });
}
