import { type Mark, type OnlineStore, packStates, type Stamp, type StateWrite } from "@lockstep/online";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { damaged, hex, payloadOf, stamp, state, write } from "./states.js";

export interface StoreUnderTest {
  /** Another handle on the same store. */
  store(project: string): Promise<OnlineStore>;
  close(): Promise<void>;
}

const GENERATION = 7;
const NO_KEY = Buffer.from("no such key");

/** What every online store does. */
export function onlineStoreSuite(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let under: StoreUnderTest;
    let projects = 0;
    const freshProject = (): string => `project${projects++}`;
    const freshStore = (): Promise<OnlineStore> => under.store(freshProject());

    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under.close());

    describe("read and write", () => {
      test("of nothing is nothing", async () => {
        const store = await freshStore();
        expect(await store.read([], [])).toEqual({ states: [], published: new Map() });
        expect(await store.read([{ key: NO_KEY, generations: [1, 2] }], [1])).toEqual({
          states: [[null, null]],
          published: new Map(),
        });
        expect(await store.read([{ key: NO_KEY, generations: [] }], [])).toEqual({
          states: [[]],
          published: new Map(),
        });
        expect(await store.write(GENERATION, packStates([]))).toEqual({ written: 0, kept: 0 });
        expect(await store.removeOlder(GENERATION, stamp(5))).toBe(0);
        expect(await store.sweep(GENERATION)).toBe(0);
        await store.close();
      });

      test("gives back every byte, whatever is in keys and values", async () => {
        const store = await freshStore();
        const everyByte = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
        const keys = [...strangeKeys(), everyByte];
        const payloads = [Buffer.alloc(0), Buffer.alloc(3), everyByte, Buffer.alloc(70_000, 0xc3), everyByte];
        const states = keys.map((key, i) => ({ key, value: state(stamp(i), payloads[i % payloads.length]) }));
        expect(await store.write(GENERATION, packStates(states))).toEqual({ written: keys.length, kept: 0 });
        expect(await readHex(store, keys)).toEqual(states.map(({ value }) => hex(value)));
        await store.close();
      });

      test("a key is removed from the generations named, and no other", async () => {
        const store = await freshStore();
        for (const generation of [1, 2, 3]) {
          await store.write(generation, packStates([write("a", stamp(9)), write("ab", stamp(9))]));
        }
        expect(await store.remove(Buffer.from("a"), [1, 3, 36])).toBe(2);
        expect(await store.remove(Buffer.from("a"), [1])).toBe(0);
        expect(await store.remove(Buffer.from("a"), [])).toBe(0);
        const { states } = await store.read([{ key: Buffer.from("a"), generations: [1, 2, 3] }], []);
        expect(states[0]?.map((s) => s !== null)).toEqual([false, true, false]);
        expect(await readHex(store, [Buffer.from("ab")], 3)).toEqual([hex(state(stamp(9)))]);
        await store.close();
      });

      test("takes any bytes for a key (property)", async () => {
        const store = await freshStore();
        let generation = 100;
        const key = fc.uint8Array({ maxLength: 40 });
        await fc.assert(
          fc.asyncProperty(fc.uniqueArray(key, { selector: (k) => hex(k), maxLength: 20 }), async (keys) => {
            generation++;
            const states = keys.map((key, i) => write(key, stamp(1), `of ${i}`));
            await store.write(generation, packStates(states));
            expect(await readHex(store, keys, generation)).toEqual(states.map(({ value }) => hex(value)));
            expect(await store.sweep(generation)).toBe(keys.length);
          }),
          { numRuns: 40 },
        );
        await store.close();
      });

      test("large values, and values that grow and shrink", async () => {
        const store = await freshStore();
        for (const size of [10, 400_000, 20_000_000, 1_000, 0]) {
          const payload = Buffer.alloc(size, size % 251);
          await store.write(GENERATION, packStates([write("large", stamp(size === 0 ? 9 : 8), payload)]));
          const [value] = await read(store, [Buffer.from("large")]);
          expect(payloadOf(value ?? Buffer.alloc(0)).equals(payload)).toBe(true);
        }
        await store.close();
      });

      test("answers in the order of the keys, duplicates and all, each with its own generations", async () => {
        const store = await freshStore();
        await store.write(1, packStates([write("a", stamp(1), "a1"), write("b", stamp(1), "b1")]));
        await store.write(2, packStates([write("a", stamp(1), "a2")]));
        const key = (text: string): Buffer => Buffer.from(text);
        const { states } = await store.read(
          [
            { key: key("b"), generations: [1, 2] },
            { key: key("a"), generations: [2, 1, 2] },
            { key: key("none"), generations: [1] },
            { key: key("a"), generations: [] },
            { key: key("b"), generations: [1, 2] },
          ],
          [],
        );
        const payloads = states.map((row) => row.map((value) => value && payloadOf(value).toString()));
        expect(payloads).toEqual([["b1", null], ["a2", "a1", "a2"], [null], [], ["b1", null]]);
        await store.close();
      });

      test("20,000 keys in one write and one read", async () => {
        const store = await freshStore();
        const states = Array.from({ length: 20_000 }, (_, i) => write(`key ${(i * 7919) % 20_000}`, stamp(3), `${i}`));
        expect(await store.write(GENERATION, packStates(states))).toEqual({ written: 20_000, kept: 0 });
        const keys = states.map(({ key }) => key);
        expect(await readHex(store, keys)).toEqual(states.map(({ value }) => hex(value)));
        await store.close();
      });

      test("what was read is the caller's to keep and to change", async () => {
        const store = await freshStore();
        await store.write(GENERATION, packStates([write("k", stamp(1), "first")]));
        const [kept] = await read(store, [Buffer.from("k")]);
        const before = hex(kept);
        await store.write(GENERATION, packStates([write("k", stamp(2), "again")]));
        const [changed] = await read(store, [Buffer.from("k")]);
        expect(hex(kept)).toBe(before);
        kept?.fill(0);
        changed?.fill(0);
        expect(await readHex(store, [Buffer.from("k")])).toEqual([hex(state(stamp(2), "again"))]);
        await store.close();
      });

      test("what one handle wrote another sees at once", async () => {
        const project = freshProject();
        const [writer, reader] = [await under.store(project), await under.store(project)];
        for (let i = 1; i <= 50; i++) {
          await writer.write(GENERATION, packStates([write("k", stamp(i), `${i}`)]));
          await writer.publish(GENERATION, stamp(i));
          const { states, published } = await reader.read([{ key: Buffer.from("k"), generations: [7] }], [7]);
          expect(hex(states[0]?.[0])).toBe(hex(state(stamp(i), `${i}`)));
          expect(published.get(7)).toEqual(stamp(i));
        }
        await writer.close();
        await reader.close();
      });
    });

    describe("stamps", () => {
      test("the greater wins, whichever comes first", async () => {
        const store = await freshStore();
        const ascending = [stamp(-5, 9), stamp(-1, 1), stamp(0, 0), stamp(0, 300), stamp(1, 2), stamp(2n ** 62n, 0)];
        for (const [i, older] of ascending.entries()) {
          for (const newer of ascending.slice(i + 1)) {
            const states = [write(`up ${i}`, older, "older"), write(`up ${i}`, newer, "newer")];
            await store.write(GENERATION, packStates(states));
            expect(await store.write(GENERATION, packStates(states.slice(0, 1)))).toEqual({ written: 0, kept: 1 });
            expect(await readHex(store, [Buffer.from(`up ${i}`)])).toEqual([hex(state(newer, "newer"))]);
          }
        }
        await store.close();
      });

      test("are compared as bytes from 0 to 255, not as text", async () => {
        const store = await freshStore();
        const runs = [0x00, 0x41, 0x61, 0x7f, 0x80, 0xc3, 0xe9, 0xff];
        for (const [i, low] of runs.entries()) {
          for (const high of runs.slice(i + 1)) {
            const key = `${low} ${high}`;
            expect((await store.write(GENERATION, packStates([write(key, stamp(1, high))]))).written).toBe(1);
            expect((await store.write(GENERATION, packStates([write(key, stamp(1, low))]))).written).toBe(0);
          }
        }
        await store.close();
      });

      test("an equal one overwrites with the same bytes: a run can be run again", async () => {
        const store = await freshStore();
        const states = [write("a", stamp(4, 2), "same"), write("b", stamp(4, 2), "same")];
        for (let i = 0; i < 3; i++) {
          expect(await store.write(GENERATION, packStates(states))).toEqual({ written: 2, kept: 0 });
          expect(await readHex(store, [Buffer.from("a")])).toEqual([hex(state(stamp(4, 2), "same"))]);
        }
        await store.close();
      });

      test("a damaged one wins nothing, whatever it says", async () => {
        const store = await freshStore();
        const keys = ["stamp", "run", "payload", "intact", "short"].map((key) => Buffer.from(key));
        const run = damaged(stamp(9));
        run[2] = (run[2] as number) ^ 0x40;
        run[10] = 0xff;
        const payload = state(stamp(9), "payload");
        payload[15] = 0;
        const held = [damaged(stamp(9)), run, payload, state(stamp(9)), Buffer.of(1, 0xff)];
        await store.write(1, packStates(keys.map((key, i) => ({ key, value: held[i] as Buffer }))));
        expect(await readHex(store, keys.slice(0, 4), 1)).toEqual(held.slice(0, 4).map(hex));
        const next = keys.map((key) => write(key, stamp(5), "next"));
        expect(await store.write(1, packStates(next))).toEqual({ written: 4, kept: 1 });
        const expected = next.map(({ value }, i) => hex(i === 3 ? held[3] : value));
        expect(await readHex(store, keys, 1)).toEqual(expected);
        expect(await store.write(1, packStates(next))).toEqual({ written: 4, kept: 1 });
        await store.close();
      });

      test("any order of writes ends in the same state (property)", async () => {
        const project = freshProject();
        const stores = [await under.store(project), await under.store(project)];
        let generation = 1_000;
        await fc.assert(
          fc.asyncProperty(scattered(), async (batches) => {
            generation++;
            const expected = winners(batches.flatMap(({ states }) => states));
            for (const { store, states } of batches)
              await (stores[store] as OnlineStore).write(generation, packStates(states));
            expect(await contents(stores[0] as OnlineStore, generation)).toEqual(expected);
          }),
          { numRuns: 60 },
        );
        await Promise.all(stores.map((store) => store.close()));
      });

      test("so do writers at the same time (property)", async () => {
        const project = freshProject();
        const stores = [await under.store(project), await under.store(project)];
        let generation = 2_000;
        await fc.assert(
          fc.asyncProperty(scattered(), async (batches) => {
            generation++;
            const expected = winners(batches.flatMap(({ states }) => states));
            await Promise.all(
              batches.map(({ store, states }) => (stores[store] as OnlineStore).write(generation, packStates(states))),
            );
            expect(await contents(stores[1] as OnlineStore, generation)).toEqual(expected);
          }),
          { numRuns: 60 },
        );
        await Promise.all(stores.map((store) => store.close()));
      });
    });

    describe("published", () => {
      test("has the greatest floor, whatever its stamp", async () => {
        const store = await freshStore();
        const published = async () => (await store.read([], [1])).published.get(1);
        await store.publish(1, stamp(5));
        expect(await published()).toEqual(stamp(5));
        await store.publish(1, { ...stamp(7, 2), floor: stamp(7, 2) });
        await store.publish(1, stamp(9));
        expect(await published()).toEqual({ ...stamp(9), floor: stamp(7, 2) });
        await store.publish(1, { ...stamp(-3), floor: stamp(-3) });
        expect(await published()).toEqual({ ...stamp(9), floor: stamp(7, 2) });
        await store.publish(1, { ...stamp(8, 4294967295), floor: stamp(8, 4294967295) });
        expect(await published()).toEqual({ ...stamp(9), floor: stamp(8, 4294967295) });
        await store.close();
      });

      test("takes what builds upon a run only where that run, or a later one, is", async () => {
        const store = await freshStore();
        const published = async () => (await store.read([], [1])).published.get(1);
        const refused = expect.objectContaining({ name: "LockstepError", code: "STORE_ROLLED_BACK" });
        await expect(store.publish(1, stamp(2), stamp(1))).rejects.toEqual(refused);
        expect(await published()).toBeUndefined();
        await store.publish(1, { ...stamp(1), floor: stamp(1) });
        await expect(store.publish(1, stamp(3), stamp(1, 2))).rejects.toEqual(refused);
        await expect(store.publish(1, stamp(3), { ...stamp(2), floor: stamp(2) } as Mark)).rejects.toEqual(refused);
        expect(await published()).toEqual({ ...stamp(1), floor: stamp(1) });
        await store.publish(1, stamp(3), stamp(1));
        await store.publish(1, stamp(2), { ...stamp(1), floor: stamp(1) } as Mark);
        expect(await published()).toEqual({ ...stamp(3), floor: stamp(1) });
        await store.close();
      });

      test("is absent before the first publish, and only grows", async () => {
        const store = await freshStore();
        const published = async (): Promise<Stamp | undefined> => (await store.read([], [1, 2])).published.get(1);
        await store.write(1, packStates([write("a", stamp(1))]));
        expect(await published()).toBeUndefined();
        await store.publish(1, stamp(-10, 4));
        expect(await published()).toEqual(stamp(-10, 4));
        await store.publish(1, stamp(10, 4));
        await store.publish(1, stamp(10, 3));
        await store.publish(1, stamp(-20, 9));
        expect(await published()).toEqual(stamp(10, 4));
        await store.publish(1, stamp(10, 4294967295));
        expect(await published()).toEqual(stamp(10, 4294967295));
        await store.publish(1, stamp(2n ** 63n - 1n, 0));
        expect((await store.read([], [2, 1])).published).toEqual(new Map([[1, stamp(2n ** 63n - 1n, 0)]]));
        await store.close();
      });

      test("is gone after a sweep, and can begin anew", async () => {
        const store = await freshStore();
        await store.write(1, packStates([write("a", stamp(9))]));
        await store.publish(1, stamp(9));
        await store.publish(2, stamp(9));
        expect(await store.sweep(1)).toBe(1);
        expect((await store.read([], [1, 2])).published).toEqual(new Map([[2, stamp(9)]]));
        await store.publish(1, stamp(3));
        expect((await store.read([], [1])).published).toEqual(new Map([[1, stamp(3)]]));
        await store.close();
      });

      test("never comes without its states", async () => {
        const project = freshProject();
        const [writer, reader] = [await under.store(project), await under.store(project)];
        const keys = Array.from({ length: 30 }, (_, i) => Buffer.from(`k${i}`));
        let writing = true;
        const work = (async () => {
          for (let i = 1; i <= 60; i++) {
            await writer.write(1, packStates(keys.map((key) => write(key, stamp(i)))));
            await writer.publish(1, stamp(i));
            if (i % 10 === 0) await writer.sweep(1);
          }
          writing = false;
        })();
        while (writing) {
          await new Promise((resolve) => setImmediate(resolve));
          const { states, published } = await reader.read(
            keys.map((key) => ({ key, generations: [1] })),
            [1],
          );
          const mark = published.get(1);
          if (mark === undefined) continue;
          for (const [value] of states) expect(stampHex(value) >= stampHex(state(mark)), "a published key").toBe(true);
        }
        await work;
        await writer.close();
        await reader.close();
      });
    });

    describe("removal", () => {
      test("removeOlder removes exactly the older", async () => {
        const store = await freshStore();
        const at = (i: number): Stamp => stamp(i % 5, i % 3);
        const states = Array.from({ length: 12_000 }, (_, i) => write(`k${i}`, at(i)));
        await store.write(1, packStates(states));
        await store.write(2, packStates(states));
        const isOlder = (i: number): boolean => at(i).t < 3n || (at(i).t === 3n && at(i).run < 2);
        const older = states.filter((_, i) => isOlder(i)).length;
        expect(await store.removeOlder(1, stamp(3, 2))).toBe(older);
        const keys = states.map(({ key }) => key);
        const expected = states.map(({ value }, i) => (isOlder(i) ? null : hex(value)));
        expect(await readHex(store, keys, 1)).toEqual(expected);
        expect(await readHex(store, keys, 2)).toEqual(states.map(({ value }) => hex(value)));
        expect(await store.removeOlder(1, stamp(3, 2))).toBe(0);
        await store.close();
      });

      test("removeOlder removes what is damaged too, where the run did not write it", async () => {
        const store = await freshStore();
        const gone = Array.from({ length: 300 }, (_, i) => ({
          key: Buffer.from(`gone${i}`),
          value: damaged(stamp(9)),
        }));
        await store.write(1, packStates([...gone, write("newer", stamp(9)), write("here", stamp(1))]));
        await store.write(2, packStates(gone));
        await store.write(1, packStates([write("here", stamp(5))]));
        await store.publish(1, { ...stamp(5), floor: stamp(5) });
        expect(await store.removeOlder(1, stamp(5))).toBe(gone.length);
        const left = ["newer", "here", ...gone.slice(0, 3).map(({ key }) => key)].map((key) => Buffer.from(key));
        expect(await readHex(store, left, 1)).toEqual([
          hex(state(stamp(9))),
          hex(state(stamp(5))),
          ...Array.from({ length: 3 }, () => null),
        ]);
        expect((await readHex(store, left, 2)).slice(2)).toEqual(gone.slice(0, 3).map(({ value }) => hex(value)));
        expect(await store.removeOlder(1, stamp(5))).toBe(0);
        expect([await store.sweep(1), await store.sweep(2)]).toEqual([2, gone.length]);
        await store.close();
      });

      test("sweep touches only its generation, long and short keys alike", async () => {
        const store = await freshStore();
        const keys = [...strangeKeys(), ...Array.from({ length: 12_000 }, (_, i) => Buffer.from(`k${i}`))];
        const generations = [0, 1, 35, 36, 37, 255, 256, 65_536];
        for (const generation of generations) {
          await store.write(generation, packStates(keys.map((key) => write(key, stamp(1), `${generation}`))));
          await store.publish(generation, stamp(1));
        }
        expect(await store.sweep(36)).toBe(keys.length);
        expect(await store.sweep(36)).toBe(0);
        for (const generation of generations) {
          const expected = generation === 36 ? null : hex(state(stamp(1), `${generation}`));
          expect(new Set(await readHex(store, keys, generation))).toEqual(new Set([expected]));
        }
        expect([...(await store.read([], generations)).published.keys()]).toEqual(generations.filter((g) => g !== 36));
        await store.close();
      });
    });

    test("projects are apart, whatever their names begin with or are made of", async () => {
      const names = [
        "a",
        "ab",
        "a/b",
        "a/",
        "",
        "a*",
        "*",
        "a?",
        "[ab]",
        "a}b",
        "a{b}",
        "{a}",
        "a%7Db",
        "a\\*",
        "ä",
        "1:a",
      ];
      const stores = await Promise.all(names.map((name) => under.store(name)));
      const keys = [Buffer.from("x"), Buffer.from("b/x"), Buffer.from("/x"), Buffer.from("")];
      for (const [i, store] of stores.entries()) {
        await store.write(1, packStates(keys.map((key) => write(key, stamp(1), names[i]))));
        await store.publish(1, stamp(i));
      }
      for (const [i, store] of stores.entries()) {
        expect(await readHex(store, keys, 1)).toEqual(keys.map(() => hex(state(stamp(1), names[i]))));
        expect((await store.read([], [1])).published).toEqual(new Map([[1, stamp(i)]]));
      }
      for (const [i, store] of stores.entries()) {
        expect(await store.removeOlder(1, stamp(1)), names[i]).toBe(0);
        expect(await store.sweep(1), `swept ${names[i]}`).toBe(keys.length);
        expect(await readHex(store, keys, 1)).toEqual(keys.map(() => null));
        const next = stores[i + 1];
        if (next) expect(await readHex(next, keys, 1)).toEqual(keys.map(() => hex(state(stamp(1), names[i + 1]))));
      }
      await Promise.all(stores.map((store) => store.close()));
    });

    describe("open and close", () => {
      test("pings, and has its settings looked at", async () => {
        const store = await freshStore();
        await store.ping();
        expect(Array.isArray(await store.warnings())).toBe(true);
        await store.close();
      });

      test("a closed store says so, and leaves other handles alone", async () => {
        const project = freshProject();
        const [store, other] = [await under.store(project), await under.store(project)];
        await store.write(1, packStates([write("a", stamp(1))]));
        await store.close();
        await store.close();
        const closed = expect.objectContaining({ name: "LockstepError", code: "ONLINE_CLOSED" });
        await expect(store.read([], [1])).rejects.toEqual(closed);
        await expect(store.write(1, packStates([write("a", stamp(2))]))).rejects.toEqual(closed);
        await expect(store.publish(1, stamp(1))).rejects.toEqual(closed);
        await expect(store.removeOlder(1, stamp(1))).rejects.toEqual(closed);
        await expect(store.sweep(1)).rejects.toEqual(closed);
        await expect(store.ping()).rejects.toEqual(closed);
        expect(await readHex(other, [Buffer.from("a")], 1)).toEqual([hex(state(stamp(1)))]);
        await other.close();
        const again = await under.store(project);
        expect(await readHex(again, [Buffer.from("a")], 1)).toEqual([hex(state(stamp(1)))]);
        await again.close();
      });
    });
  });
}

/** Keys that an encoding could trip over; all different. */
export function strangeKeys(): Buffer[] {
  const long = Buffer.alloc(3_000, "x");
  const texts = [
    "k",
    "*",
    "?",
    "[k]",
    "\\",
    "{k}",
    "}",
    "{",
    "{}",
    "}{",
    "%",
    "%7D",
    "%25",
    "k\n",
    "ключ",
    "a/b",
    "/",
    "\u{1f6eb}",
  ];
  return [
    Buffer.alloc(0),
    Buffer.of(0),
    Buffer.of(0, 0),
    Buffer.of(1, 0),
    Buffer.of(0xff),
    Buffer.of(0xff, 0xfe, 0x80),
    ...texts.map((text) => Buffer.from(text)),
    ...[1_023, 1_024, 1_025, 1_977, 1_978, 1_979, 2_999].map((length) => long.subarray(0, length)),
    long,
    Buffer.concat([long.subarray(1), Buffer.from("y")]),
  ];
}

async function read(store: OnlineStore, keys: readonly Uint8Array[], generation = GENERATION) {
  const { states } = await store.read(
    keys.map((key) => ({ key, generations: [generation] })),
    [],
  );
  return states.map(([value]) => value ?? null);
}

const readHex = async (store: OnlineStore, keys: readonly Uint8Array[], generation?: number) =>
  (await read(store, keys, generation)).map(hex);

/** Sorts as stamps do; a state that is not there comes first. */
const stampHex = (value: Uint8Array | null | undefined): string => hex(value)?.slice(2, 26) ?? "";

const FEW_KEYS = ["a", "b", "c"].map((key) => Buffer.from(key));

/** The stamps that the few keys hold. */
const contents = (store: OnlineStore, generation: number) => readHex(store, FEW_KEYS, generation);

const winners = (states: readonly StateWrite[]): (string | null)[] =>
  FEW_KEYS.map((key) => {
    const values = states.filter((write) => hex(write.key) === hex(key)).map(({ value }) => hex(value) ?? "");
    return values.sort().at(-1) ?? null;
  });

/** Batches of writes to few keys by two handles; a state's bytes follow from its key and its stamp, as in real runs. */
const scattered = () => {
  const near = fc.tuple(fc.constantFrom(-2n, -1n, 0n, 1n, 255n, 256n), fc.nat(3));
  const far = fc.tuple(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.nat(0xffffffff));
  const one = fc
    .tuple(fc.constantFrom("a", "b", "c"), fc.oneof(near, far))
    .map(([key, [t, run]]) => write(key, stamp(t, run), `${key} at ${t}, ${run}`));
  const batch = fc.record({ store: fc.nat(1), states: fc.array(one, { maxLength: 8 }) });
  return fc.array(batch, { minLength: 1, maxLength: 8 });
};
