import { type BatchLimits, batchesOf } from "../batches.js";
import type { StateWrite } from "../store.js";
import { bucketOf } from "./buckets.js";
import { type RedisKeys, statePrefix } from "./keys.js";
import { packStates } from "./pack.js";
import type { KeyCommand } from "./topology.js";
import type { WriteChain } from "./write-chain.js";

/** Of one script call: less than a millisecond of the server's time. */
const CALL_LIMITS: BatchLimits = { count: 250, bytes: 512 << 10 };
/** Of one round trip; a few are under way while the next is being made. */
const TRIP_BYTES = 256 << 10;

/** The script calls that put the states, in lists of one round trip each. All calls of a bucket are in one of them. */
export function* putTrips(
  keys: RedisKeys,
  generation: number,
  states: readonly StateWrite[],
  chain: WriteChain,
): Generator<readonly KeyCommand[]> {
  const prefix = Buffer.from(statePrefix(generation));
  let trip: KeyCommand[] = [];
  let bytes = 0;
  for (const [bucket, own] of byBucket(states)) {
    for (const batch of batchesOf(own, CALL_LIMITS)) {
      const packed = packStates(prefix, batch);
      trip.push(putCommand(keys, chain, bucket, batch.length, packed));
      bytes += packed.length;
    }
    if (bytes < TRIP_BYTES) continue;
    yield trip;
    trip = [];
    bytes = 0;
  }
  if (trip.length > 0) yield trip;
}

/** A link without states: each bucket of the chain shows that it has all links so far. */
export const sealCommands = (keys: RedisKeys, chain: WriteChain): KeyCommand[] =>
  chain.buckets.map((bucket) => putCommand(keys, chain, bucket, 0, NOTHING));

const NOTHING = Buffer.alloc(0);

const putCommand = (
  { buckets }: RedisKeys,
  chain: WriteChain,
  bucket: number,
  count: number,
  packed: Buffer,
): KeyCommand => ({
  method: "lockstepPut",
  key: buckets[bucket] as Buffer,
  args: [chain.field, chain.next(bucket), seconds(), count, packed],
});

export const seconds = (): number => Math.floor(Date.now() / 1000);

function byBucket(states: readonly StateWrite[]): Map<number, StateWrite[]> {
  const buckets = new Map<number, StateWrite[]>();
  for (const state of states) {
    const bucket = bucketOf(state.key);
    const own = buckets.get(bucket);
    if (own) own.push(state);
    else buckets.set(bucket, [state]);
  }
  return buckets;
}
