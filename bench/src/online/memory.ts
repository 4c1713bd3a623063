import { type OnlineStore, packStates } from "@lockstep/online";
import { type BenchOptions, type Figure, figure } from "../benchmark.js";
import { type Loaded, openLoaded, RECOMMENDED } from "./loaded.js";
import { FEATURES, VIEWS, type Wide } from "./wide.js";

const CASES = [
  { name: "hash-max-listpack-value 512", settings: RECOMMENDED, limit: 15 },
  { name: "Redis's defaults", settings: [], limit: 21 },
] as const;

/** Bytes of the server's memory for each feature: what it uses once all is materialized, less what it used when it was empty. */
export async function* memoryFigures(wide: Wide, { progress }: BenchOptions): AsyncGenerator<Figure> {
  for (const { name, settings, limit } of CASES) {
    progress(`memory, ${name}: ${wide.keys} keys`);
    const loaded = await openLoaded(settings);
    try {
      const bytes = await growth(loaded, () => wide.materialize(loaded.store));
      yield figure(`memory, ${name}; peer: the limit`, "B/feature", bytes / features(wide), limit, {
        is: "<=",
        ratio: 1,
      });
    } finally {
      await loaded.stop();
    }
  }
}

export async function growth({ memory, store }: Loaded, fill: () => Promise<void>): Promise<number> {
  await useOnce(store);
  const empty = await memory();
  await fill();
  return (await memory()) - empty;
}

/** A server sets memory aside for the statistics of each command when it is first used. */
async function useOnce(store: OnlineStore): Promise<void> {
  const generation = 99;
  const stamp = { t: 0n, run: 1 };
  const state = { key: Buffer.from("k"), value: Buffer.alloc(100, 1) };
  for (let i = 0; i < 2; i++) await store.write(generation, packStates([state]));
  await store.publish(generation, stamp);
  await store.read([{ key: state.key, generations: [generation] }], [generation]);
  await store.sweep(generation);
}

export const features = ({ keys }: Wide): number => keys * VIEWS * FEATURES;
