import { createReader, encodeKey, type KeyRead, type OnlineStore } from "@lockstep/online";
import type { Redis } from "ioredis";
import { type BenchOptions, type Figure, figure } from "../benchmark.js";
import { alternate, type Sample, timed } from "../measure.js";
import { openLoaded, RECOMMENDED } from "./loaded.js";
import { features, growth } from "./memory.js";
import { FEATURES, PROJECT, VIEWS, type Wide } from "./wide.js";

const KEYS_A_READ = 100;
const READS = 300;
const SINGLE_READS = 3_000;
const COPIED = 2_000;
const GENERATIONS = Array.from({ length: VIEWS }, (_, v) => v + 1);

/** States by key and view, and the same bytes as strings, read in the same way. */
export async function* readFigures(wide: Wide, { rounds, progress }: BenchOptions): AsyncGenerator<Figure> {
  const loaded = await openLoaded(RECOMMENDED);
  const { redis, store } = loaded;
  const measure = { rounds, warmUps: 1, progress: (text: string) => progress(`  ${text}`) };
  try {
    const ours = await growth(loaded, () => wide.materialize(store));
    const strings = await growth(loaded, () => copyToStrings(redis, store, wide));
    yield figure("memory; peer: a string for each view", "B/feature", ours / features(wide), strings / features(wide));

    progress(`reads of ${KEYS_A_READ} keys × ${VIEWS} views`);
    const many = await alternate(
      {
        ours: () => rate(READS, KEYS_A_READ * VIEWS, () => readStates(store, wide, KEYS_A_READ)),
        gets: () => rate(READS, KEYS_A_READ * VIEWS, () => gets(redis, wide, KEYS_A_READ)),
        mget: () => rate(READS, KEYS_A_READ * VIEWS, () => mget(redis, wide, KEYS_A_READ)),
        answers: () => rate(READS, KEYS_A_READ * VIEWS, answering(store, wide)),
      },
      measure,
    );
    const name = `${KEYS_A_READ} keys × ${VIEWS} views`;
    yield figure(`${name}; peer: GETs in a pipeline`, "states/s", many.ours.rate, many.gets.rate, {
      is: ">=",
      ratio: 0.8,
    });
    yield figure(`${name}; peer: one MGET`, "states/s", many.ours.rate, many.mget.rate);
    yield figure(`${name}, as an answer; peer: without decoding`, "states/s", many.answers.rate, many.ours.rate);

    progress("reads of one key");
    const single = await alternate(
      {
        ours: () => rate(SINGLE_READS, 1, () => readStates(store, wide, 1), VIEWS),
        gets: () => rate(SINGLE_READS, 1, () => gets(redis, wide, 1), VIEWS),
      },
      measure,
    );
    yield figure(`one key × ${VIEWS} views; peer: GETs in a pipeline`, "keys/s", single.ours.rate, single.gets.rate);
  } finally {
    await loaded.stop();
  }
}

/** One after the other, so that what is measured is a request's way there and back. */
async function rate(
  times: number,
  counted: number,
  read: () => Promise<number>,
  expected = counted,
): Promise<Sample & { rate: number }> {
  const { seconds } = await timed(async () => {
    for (let i = 0; i < times; i++) {
      const found = await read();
      if (found !== expected) throw new Error(`a read found ${found} of ${expected} states`);
    }
  });
  return { rate: (times * counted) / seconds };
}

const some = ({ keys }: Wide, count: number): number[] =>
  Array.from({ length: count }, () => Math.floor(Math.random() * keys));

const keyRead = (wide: Wide, index: number): KeyRead => ({
  key: encodeKey("user", [{ kind: "string" }], [wide.keyOf(index)]) as Uint8Array,
  generations: GENERATIONS,
});

async function readStates(store: OnlineStore, wide: Wide, count: number): Promise<number> {
  const reads = some(wide, count).map((index) => keyRead(wide, index));
  const { states, published } = await store.read(reads, GENERATIONS);
  if (published.size !== VIEWS) throw new Error("a view is not published");
  return states.flat().filter((state) => state !== null).length;
}

const stringKeys = (wide: Wide, index: number): string[] =>
  GENERATIONS.map((generation) => `${PROJECT}:${generation}:${wide.keyOf(index)}`);

async function gets(redis: Redis, wide: Wide, count: number): Promise<number> {
  const pipeline = redis.pipeline();
  for (const index of some(wide, count)) for (const key of stringKeys(wide, index)) pipeline.getBuffer(key);
  const found = (await pipeline.exec()) ?? [];
  return found.filter(([, value]) => value !== null).length;
}

async function mget(redis: Redis, wide: Wide, count: number): Promise<number> {
  const found = await redis.mgetBuffer(some(wide, count).flatMap((index) => stringKeys(wide, index)));
  return found.filter((value) => value !== null).length;
}

function answering(store: OnlineStore, wide: Wide): () => Promise<number> {
  const reader = createReader({ store, serving: () => wide.serving, now: () => wide.at });
  return async () => {
    const rows = some(wide, KEYS_A_READ).map((index) => ({ customer: wide.keyOf(index) }));
    const { columns } = await reader.read("all", rows);
    const present = columns.flatMap(({ statuses }) => statuses.filter((status) => status === "PRESENT"));
    return present.length / FEATURES;
  };
}

/** The same bytes, a string for each key and view. */
async function copyToStrings(redis: Redis, store: OnlineStore, wide: Wide): Promise<void> {
  for (let from = 0; from < wide.keys; from += COPIED) {
    const indexes = Array.from({ length: Math.min(COPIED, wide.keys - from) }, (_, i) => from + i);
    const { states } = await store.read(
      indexes.map((index) => keyRead(wide, index)),
      [],
    );
    const pipeline = redis.pipeline();
    for (const [i, index] of indexes.entries()) {
      for (const [v, key] of stringKeys(wide, index).entries()) pipeline.set(key, Buffer.from(states[i]?.[v] ?? []));
    }
    await pipeline.exec();
  }
}
