import { bucketOf } from "./buckets.js";
import type { RedisKeys } from "./keys.js";
import type { Script } from "./scripts/script.js";
import type { KeyCommand } from "./topology.js";
import { type Word, Words } from "./words.js";

export interface Keyed {
  readonly key: Uint8Array;
}

/** What is asked of a bucket. */
export interface Part<T> {
  readonly bucket: number;
  readonly items: readonly T[];
}

export interface CallLimits {
  readonly count: number;
  readonly bytes: number;
}

export function byBucket<T extends Keyed>(items: Iterable<T>): Part<T>[] {
  const parts = new Map<number, { readonly bucket: number; readonly items: T[] }>();
  for (const item of items) {
    const bucket = bucketOf(item.key);
    const own = parts.get(bucket);
    if (own) own.items.push(item);
    else parts.set(bucket, { bucket, items: [item] });
  }
  return [...parts.values()];
}

/**
 * Cuts parts into calls within the limits, a single item aside. A call has several buckets where they are `together`.
 * Gives the calls in lists that have to be asked in one trip: all those of a bucket.
 */
export function* callsOf<T>(
  parts: Iterable<Part<T>>,
  together: boolean,
  limits: CallLimits,
  size: (item: T) => number,
): Generator<Part<T>[][]> {
  let call: Part<T>[] = [];
  let room = limits;
  for (const part of parts) {
    let bytes = 0;
    for (const item of part.items) bytes += size(item);
    const fits = part.items.length <= room.count && bytes <= room.bytes;
    if (!fits && call.length > 0) {
      yield [call];
      call = [];
      room = limits;
    }
    if (part.items.length > limits.count || bytes > limits.bytes) {
      yield cut(part, limits, size);
      continue;
    }
    call.push(part);
    room = together ? { count: room.count - part.items.length, bytes: room.bytes - bytes } : { count: 0, bytes: 0 };
  }
  if (call.length > 0) yield [call];
}

function cut<T>({ bucket, items }: Part<T>, limits: CallLimits, size: (item: T) => number): Part<T>[][] {
  const calls: T[][] = [];
  let bytes = 0;
  for (const item of items) {
    const last = calls.at(-1);
    bytes += size(item);
    if (last && last.length < limits.count && bytes <= limits.bytes) {
      last.push(item);
    } else {
      calls.push([item]);
      bytes = size(item);
    }
  }
  return calls.map((items) => [{ bucket, items }]);
}

/** Keys: the parts' buckets, then their entities, bucket by bucket. Arguments: those that `args` adds. */
export function scriptCall(
  run: Script,
  keys: RedisKeys,
  parts: readonly Part<Keyed>[],
  args: (words: Words) => void,
): KeyCommand {
  const words = new Words();
  const entities = parts.reduce((sum, { items }) => sum + items.length, 0);
  words.add(parts.length + entities);
  for (const { bucket } of parts) words.add(keys.buckets[bucket] as Buffer);
  for (const { bucket, items } of parts) {
    const begin = keys.entities[bucket] as Buffer;
    for (const { key } of items) words.join(begin, key);
  }
  args(words);
  return { run, key: keys.buckets[parts[0]?.bucket ?? 0] as Buffer, args: words.end() };
}

/** Less than half a millisecond of the server's time. */
const BUCKETS_A_CALL = 128;

/** The buckets of each call that is about buckets as such. */
export function bucketsOfCalls(buckets: readonly number[], together: boolean): number[][] {
  const size = together ? BUCKETS_A_CALL : 1;
  return Array.from({ length: Math.ceil(buckets.length / size) }, (_, i) => buckets.slice(i * size, (i + 1) * size));
}

/** Calls about buckets as such. Arguments: those that `args` adds. */
export const bucketCalls = (
  run: Script,
  keys: RedisKeys,
  buckets: readonly number[],
  together: boolean,
  args: (words: Words, buckets: readonly number[]) => void,
): KeyCommand[] =>
  bucketsOfCalls(buckets, together).map((own) =>
    scriptCall(
      run,
      keys,
      own.map((bucket) => ({ bucket, items: [] })),
      (words) => args(words, own),
    ),
  );

/** A command on one key, or, where they are together, on several. */
export const plainCommand = (
  run: Exclude<KeyCommand["run"], Script>,
  keys: readonly Buffer[],
  args: readonly Word[] = [],
): KeyCommand => {
  const words = new Words();
  for (const word of [...keys, ...args]) words.add(word);
  return { run, key: keys[0] as Buffer, args: words.end() };
};
