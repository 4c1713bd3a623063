import { expect, it } from "vitest";
import { bucketOf } from "../src/redis/buckets.js";
import { redisKeys } from "../src/redis/keys.js";
import { putParts } from "../src/redis/put-parts.js";
import { prepareWrite, putTrips } from "../src/redis/write.js";
import { WriteChain } from "../src/redis/write-chain.js";
import { packStates } from "../src/states-writer.js";
import type { StateWrite } from "../src/store.js";

const keys = redisKeys("p:", "project");

/** So many states, of a bucket where it is given. */
function someStates(count: number, bytes: number, bucket?: number): StateWrite[] {
  const states: StateWrite[] = [];
  for (let i = 0; states.length < count; i++) {
    const key = Buffer.from(`key ${i}`);
    if (bucket === undefined || bucketOf(key) === bucket) states.push({ key, value: Buffer.alloc(bytes, 1) });
  }
  return states;
}

/** What follows a call's number of keys: its words. */
function wordsOf(bytes: Buffer): string[] {
  const words: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf("\r\n", at);
    const length = Number(bytes.toString("latin1", at + 1, end));
    words.push(bytes.toString("latin1", end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
  return words;
}

const tripsOf = (states: readonly StateWrite[], together: boolean) =>
  [...putTrips(keys, 1, prepareWrite(keys, packStates(states)), new WriteChain(), together)].map((trip) =>
    trip.map(({ args }) => {
      const words = wordsOf(args.bytes);
      expect(words).toHaveLength(args.count);
      const own = Number(words[0]);
      const buckets = words.slice(1, own + 1).filter((word) => word.startsWith("p:#"));
      const entities = words.slice(1, own + 1).slice(buckets.length);
      const links = words.slice(own + 5, own + 5 + 2 * buckets.length).map(Number);
      const states = words.slice(own + 5 + 2 * buckets.length);
      expect(Number(words[own + 4])).toBe(buckets.length);
      expect(states).toHaveLength(entities.length);
      return { buckets, entities, links };
    }),
  );

it.each([true, false])("each state is in one call, and each bucket in one trip (together: %s)", (together) => {
  const states = [...someStates(3_000, 100), ...someStates(1_200, 100, 7)];
  const trips = tripsOf(states, together);
  expect(trips.length).toBeGreaterThan(1);
  const calls = trips.flat();
  expect(calls.flatMap(({ entities }) => entities).sort()).toEqual(
    states.map(({ key }) => `${keys.entities[bucketOf(key)]}${Buffer.from(key)}`).sort(),
  );
  for (const { buckets, entities } of calls) {
    expect(entities.length).toBeLessThanOrEqual(250);
    expect(new Set(buckets).size).toBe(buckets.length);
    if (!together) expect(buckets).toHaveLength(1);
  }
  const tripsOfBucket = new Map<string, Set<number>>();
  for (const [i, trip] of trips.entries()) {
    for (const bucket of trip.flatMap(({ buckets }) => buckets))
      tripsOfBucket.set(bucket, (tripsOfBucket.get(bucket) ?? new Set()).add(i));
  }
  expect([...tripsOfBucket.values()].every(({ size }) => size === 1)).toBe(true);
});

it("a bucket's calls are its links, in order", () => {
  const calls = tripsOf(someStates(600, 40, 3), true).flat();
  expect(calls.map(({ links }) => links)).toEqual([
    [250, 1],
    [250, 2],
    [100, 3],
  ]);
});

it("a state that is larger than a call may be has one of its own", () => {
  const calls = tripsOf(someStates(3, 600 << 10, 3), true).flat();
  expect(calls.map(({ entities }) => entities.length)).toEqual([1, 1, 1]);
});

it("states of two stamps are told from those of one", () => {
  const limits = { count: 250, bytes: 1 << 20 };
  const states = someStates(5, 40);
  expect(putParts(keys, packStates(states), limits).samples).toHaveLength(1);
  (states[3] as { value: Uint8Array }).value[5] = 9;
  expect(putParts(keys, packStates(states), limits).samples).toHaveLength(2);
  expect(putParts(keys, packStates([]), limits)).toEqual({ parts: [], samples: [] });
});
