import { compareStamps, type KeyRead, type OnlineStore, type ReadResult, type Stamp } from "../src/store.js";

/** What a reader needs of a store, in memory; `reads` is what it was asked for. */
export function fakeStore() {
  const states = new Map<string, Uint8Array>();
  const published = new Map<number, Stamp>();
  const reads: { readonly keys: readonly KeyRead[]; readonly generations: readonly number[] }[] = [];
  const id = (generation: number, key: Uint8Array) => `${generation}/${Buffer.from(key).toString("hex")}`;
  const refuse = () => Promise.reject(new Error("a reader does not do this"));
  const store: OnlineStore = {
    kind: "fake",
    read: async (keys, generations): Promise<ReadResult> => {
      reads.push({ keys, generations });
      return {
        states: keys.map((read) => read.generations.map((g) => states.get(id(g, read.key)) ?? null)),
        published: new Map([...published].filter(([g]) => generations.includes(g))),
      };
    },
    publish: async (generation, stamp) => {
      const present = published.get(generation);
      if (!present || compareStamps(stamp, present) > 0) published.set(generation, stamp);
    },
    append: refuse,
    rows: async function* () {},
    dropRows: refuse,
    removeRows: refuse,
    remove: refuse,
    write: refuse,
    removeOlder: refuse,
    sweep: refuse,
    warnings: async () => [],
    ping: async () => {},
    close: async () => {},
  };
  return {
    store,
    reads,
    put: (generation: number, key: Uint8Array, value: Uint8Array) => states.set(id(generation, key), value),
  };
}
