import { type BatchLimits, batchesOf } from "../batches.js";
import type { StateWrite } from "../store.js";
import { bucketOf } from "./buckets.js";
import { type RedisKeys, stateField, statePrefix } from "./keys.js";
import type { Argument, KeyCommand } from "./topology.js";
import type { WriteChain } from "./write-chain.js";

/** Of one script call: less than a millisecond of the server's time. */
const CALL_LIMITS: BatchLimits = { count: 250, bytes: 512 << 10 };
/** Of one round trip. */
const TRIP_BYTES = 4 << 20;

interface Put {
  readonly command: KeyCommand;
  readonly bytes: number;
}

/** The script calls that put the states, in lists of one round trip each; those of one key keep their order. */
export function* putTrips(
  keys: RedisKeys,
  generation: number,
  states: readonly StateWrite[],
  chain: WriteChain,
): Generator<readonly KeyCommand[]> {
  let trip: KeyCommand[] = [];
  let bytes = 0;
  for (const put of puts(keys, generation, states, chain)) {
    if (trip.length > 0 && bytes + put.bytes > TRIP_BYTES) {
      yield trip;
      trip = [];
      bytes = 0;
    }
    trip.push(put.command);
    bytes += put.bytes;
  }
  if (trip.length > 0) yield trip;
}

function* puts(keys: RedisKeys, generation: number, states: readonly StateWrite[], chain: WriteChain): Generator<Put> {
  const prefix = Buffer.from(statePrefix(generation));
  for (const [bucket, own] of byBucket(states)) {
    for (const batch of batchesOf(own, CALL_LIMITS)) {
      const args = chainArgs(chain, bucket);
      let bytes = 0;
      for (const { key, value } of batch) {
        args.push(stateField(prefix, key), asBuffer(value));
        bytes += key.length + value.length;
      }
      yield { command: { method: "lockstepPut", key: keys.buckets[bucket] as Buffer, args }, bytes };
    }
  }
}

/** A link without states: each bucket of the chain shows that it has all links so far. */
export const sealCommands = (keys: RedisKeys, chain: WriteChain): KeyCommand[] =>
  chain.buckets.map((bucket) => ({
    method: "lockstepPut",
    key: keys.buckets[bucket] as Buffer,
    args: chainArgs(chain, bucket),
  }));

const chainArgs = (chain: WriteChain, bucket: number): Argument[] => [chain.field, chain.next(bucket), seconds()];

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

/** ioredis takes any other array of bytes for a list of numbers. */
const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
