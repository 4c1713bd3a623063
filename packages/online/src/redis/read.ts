import { lesserMark, readMark } from "../mark.js";
import type { KeyRead, Mark, ReadResult } from "../store.js";
import { BUCKETS, bucketOf } from "./buckets.js";
import { markField, type RedisKeys, stateField, statePrefix } from "./keys.js";
import type { KeyCommand } from "./topology.js";

/** One HMGET: a bucket's marks and states are of one moment, and each bucket proves its own. */
export interface BucketRead {
  readonly bucket: number;
  /** The generations whose marks are the first of the fields. */
  readonly marks: readonly number[];
  /** The fields of states, and where each goes in the result. */
  readonly fields: readonly Buffer[];
  readonly places: readonly Place[];
}

interface Place {
  readonly read: number;
  readonly position: number;
}

interface OpenRead extends BucketRead {
  readonly marks: number[];
  readonly fields: Buffer[];
  readonly places: Place[];
}

/**
 * A bucket gives the marks of what is read from it, the first one those of all generations that are asked about.
 * Where no key is read all buckets give them: it is the store as a whole that is asked about.
 */
export function bucketReads(reads: readonly KeyRead[], generations: readonly number[]): BucketRead[] {
  const asked = new Set(generations);
  const open = new Map<number, OpenRead>();
  const prefixes = new Map<number, Buffer>();
  for (const [read, { key, generations }] of reads.entries()) {
    if (generations.length === 0) continue;
    const bucket = bucketOf(key);
    const own = open.get(bucket) ?? { bucket, marks: open.size === 0 ? [...asked] : [], fields: [], places: [] };
    open.set(bucket, own);
    for (const [position, generation] of generations.entries()) {
      if (asked.has(generation) && !own.marks.includes(generation)) own.marks.push(generation);
      own.fields.push(stateField(prefixOf(generation, prefixes), key));
      own.places.push({ read, position });
    }
  }
  if (open.size > 0 || asked.size === 0) return [...open.values()];
  return Array.from({ length: BUCKETS }, (_, bucket) => ({ bucket, marks: [...asked], fields: [], places: [] }));
}

export const readCommand = ({ buckets }: RedisKeys, { bucket, marks, fields }: BucketRead): KeyCommand => ({
  method: "hmgetBuffer",
  key: buckets[bucket] as Buffer,
  args: [...marks.map(markField), ...fields],
});

/** A generation is published as far as the bucket that is furthest behind says, and not at all where one says nothing. */
export function readResult(
  reads: readonly KeyRead[],
  plan: readonly BucketRead[],
  replies: readonly (readonly (Buffer | null)[])[],
): ReadResult {
  const states = reads.map(({ generations }): (Buffer | null)[] => generations.map(() => null));
  const published = new Map<number, Mark | null>();
  for (const [i, { marks, places }] of plan.entries()) {
    const values = replies[i] ?? [];
    for (const [m, generation] of marks.entries()) {
      const mark = values[m];
      published.set(generation, lesser(published.get(generation), mark ? readMark(mark) : null));
    }
    for (const [p, { read, position }] of places.entries()) {
      (states[read] as (Buffer | null)[])[position] = values[marks.length + p] ?? null;
    }
  }
  return { states, published: new Map([...published].filter((entry): entry is [number, Mark] => entry[1] !== null)) };
}

const lesser = (a: Mark | null | undefined, b: Mark | null): Mark | null =>
  a === undefined ? b : a === null || b === null ? null : lesserMark(a, b);

function prefixOf(generation: number, known: Map<number, Buffer>): Buffer {
  const prefix = known.get(generation) ?? Buffer.from(statePrefix(generation));
  known.set(generation, prefix);
  return prefix;
}
