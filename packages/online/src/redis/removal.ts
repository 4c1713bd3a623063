import { setTimeout as sleep } from "node:timers/promises";
import { ALL_BUCKETS, BUCKETS, bucketOf } from "./buckets.js";
import { bucketCalls, type CallLimits, callsOf, scriptCall } from "./calls.js";
import { removeDamaged } from "./damaged.js";
import { generationField, type RedisKeys } from "./keys.js";
import { type ScannedKey, scanEntities } from "./scan.js";
import { COUNT, RECOUNT } from "./scripts/count.js";
import { REMOVE_KEY, REMOVE_OLDER } from "./scripts/remove.js";
import type { KeyCommand, Topology } from "./topology.js";

const CALL_LIMITS: CallLimits = { count: 250, bytes: Number.POSITIVE_INFINITY };
/** Gathered before they are asked about: on a Cluster each bucket is a call. */
const KEYS_A_TRIP = 4_000;
/** While slots move from one node to another, a scan of all nodes may miss some. */
const SWEEPS = 5;
const SWEEP_PAUSE_MS = 200;

type Pace = (looked: number) => Promise<void>;
type Servers = Pick<Topology, "ask" | "primaries" | "together">;

/** Removes a key's states and rows of these generations: they are in one bucket. */
export const removeCommand = (keys: RedisKeys, key: Uint8Array, generations: readonly number[]): KeyCommand =>
  scriptCall(REMOVE_KEY, keys, [{ bucket: bucketOf(key), items: [{ key }] }], (words) => {
    for (const generation of generations) words.add(generationField(generation));
  });

/** Removes the states with a smaller stamp than the mark's, or a damaged one, from these buckets. Returns how many, of those `counted`. */
export async function removeOlderStates(
  servers: Servers,
  keys: RedisKeys,
  generation: number,
  mark: Buffer,
  buckets: readonly number[],
  pace: Pace,
  counted: (key: Uint8Array) => boolean = ALL,
): Promise<number> {
  const counts = await countStates(servers, keys, generation, buckets);
  if (counts.size === 0) return 0;
  const found = await removeScanned(servers, keys, generation, mark, new Set(counts.keys()), pace, counted);
  const kept = [...counts].map(([bucket, count]) => {
    const { gone = 0, left = 0 } = found.get(bucket) ?? {};
    return { bucket, expected: count - gone, left };
  });
  const wrong = new Map(kept.filter(({ expected, left }) => left < expected).map((one) => [one.bucket, one]));
  await servers.ask(
    bucketCalls(RECOUNT, keys, [...wrong.keys()], servers.together, (words, own) => {
      words.add(generationField(generation));
      for (const bucket of own) words.add(wrong.get(bucket)?.expected ?? 0).add(wrong.get(bucket)?.left ?? 0);
    }),
  );
  return kept.reduce((sum, { bucket }) => sum + (found.get(bucket)?.counted ?? 0), 0);
}

/** Removes all states of a generation. Returns how many. */
export async function removeAllStates(
  servers: Servers,
  keys: RedisKeys,
  generation: number,
  pace: Pace,
): Promise<number> {
  let removed = 0;
  for (let sweep = 1; ; sweep++) {
    const counts = await countStates(servers, keys, generation, ALL_BUCKETS);
    if (counts.size === 0 || sweep > SWEEPS) return removed;
    if (sweep > 1) await sleep(SWEEP_PAUSE_MS);
    const found = await removeScanned(servers, keys, generation, null, new Set(counts.keys()), pace, ALL);
    const gone = [...found.values()].reduce((sum, { gone }) => sum + gone, 0);
    removed += gone;
    // What the counts had too many.
    if (sweep > 1 && gone === 0) return removed;
  }
}

/** The buckets that have states of the generation, or may have, and how many at most. */
async function countStates(
  servers: Servers,
  keys: RedisKeys,
  generation: number,
  buckets: readonly number[],
): Promise<Map<number, number>> {
  const field = generationField(generation);
  const replies = await servers.ask(bucketCalls(COUNT, keys, buckets, servers.together, (words) => words.add(field)));
  const counts = (replies as number[][]).flat();
  return new Map(buckets.flatMap((bucket, i) => (counts[i] ? [[bucket, counts[i]] as const] : [])));
}

interface Removed {
  readonly gone: number;
  /** Of those, the ones that somebody counts. */
  readonly counted: number;
  readonly left: number;
}

const ALL = () => true;

type Answer = readonly [gone: readonly number[], left: number, ahead: readonly number[]];

async function removeScanned(
  servers: Servers,
  keys: RedisKeys,
  generation: number,
  mark: Buffer | null,
  buckets: ReadonlySet<number>,
  pace: Pace,
  counted: (key: Uint8Array) => boolean,
): Promise<ReadonlyMap<number, Removed>> {
  const totals = new Map<number, Removed>();
  let gathered: ScannedKey[] = [];
  const flush = async (): Promise<void> => {
    const parts = byKnownBucket(gathered);
    gathered = [];
    const calls = [...callsOf(parts, servers.together, CALL_LIMITS, () => 0)].flat();
    const replies = await servers.ask(
      calls.map((call) =>
        scriptCall(REMOVE_OLDER, keys, call, (words) => {
          words.add(generationField(generation)).add(mark ?? "");
          for (const { items } of call) words.add(items.length);
        }),
      ),
    );
    for (const [c, call] of calls.entries()) {
      for (const [i, { bucket, items }] of call.entries()) {
        const [gone, left, ahead] = (replies[c] as Answer[])[i] as Answer;
        const at = (places: readonly number[]) => places.map((place) => items[place - 1] as ScannedKey);
        const damaged = ahead.length > 0 ? await removeDamaged(servers, keys, generation, at(ahead)) : [];
        const removed = [...at(gone), ...damaged];
        const total = totals.get(bucket) ?? { gone: 0, counted: 0, left: 0 };
        totals.set(bucket, {
          gone: total.gone + removed.length,
          counted: total.counted + removed.filter(({ key }) => counted(key)).length,
          left: total.left + left - damaged.length,
        });
      }
    }
  };
  for (const redis of await servers.primaries()) {
    for await (const found of scanEntities(redis, keys, pace)) {
      for (const key of found) if (buckets.has(key.bucket)) gathered.push(key);
      if (gathered.length >= KEYS_A_TRIP) await flush();
    }
  }
  if (gathered.length > 0) await flush();
  return totals;
}

function byKnownBucket(found: readonly ScannedKey[]): { bucket: number; items: ScannedKey[] }[] {
  const parts: ScannedKey[][] = Array.from({ length: BUCKETS }, () => []);
  for (const key of found) parts[key.bucket]?.push(key);
  return parts.flatMap((items, bucket) => (items.length > 0 ? [{ bucket, items }] : []));
}
