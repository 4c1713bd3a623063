import { compareStampBytes } from "../stamp.js";
import type { StateWrite } from "../store.js";
import { BUCKETS, bucketOf } from "./buckets.js";
import type { CallLimits } from "./calls.js";
import type { RedisKeys } from "./keys.js";
import { addState } from "./stored-state.js";
import { AROUND, Words } from "./words.js";

/** What one call puts into a bucket: the entities' keys and their states as they go over the wire. */
export interface PutPart {
  readonly bucket: number;
  readonly entities: Words;
  readonly states: Words;
}

export interface PutParts {
  /** Bucket by bucket. Those of a bucket are too large together for one call. */
  readonly parts: readonly PutPart[];
  /** One state, and another where not all have the same stamp. */
  readonly samples: readonly Uint8Array[];
}

/**
 * Lays states out by buckets. It goes through them in the order in which they were made, as they lie in memory: bucket by
 * bucket, each would have to be fetched anew.
 */
export function putParts(keys: RedisKeys, states: readonly StateWrite[], limits: CallLimits): PutParts {
  const { plans, planOf } = plansOf(states, limits);
  const begin = (keys.entities[0] as Buffer).length;
  const rooms = plans.map(({ count, size }) => count * (2 * AROUND + begin) + size);
  const bytes = Buffer.allocUnsafeSlow(rooms.reduce((sum, room) => sum + room, 0));
  let end = 0;
  const laidOut = plans.map(({ bucket, count, keySize }, i): PutPart => {
    const start = end;
    const middle = start + count * (AROUND + begin) + keySize;
    end += rooms[i] as number;
    return {
      bucket,
      entities: new Words(bytes.subarray(start, middle), 0),
      states: new Words(bytes.subarray(middle, end), 0),
    };
  });
  const samples = states.slice(0, 1).map(({ value }) => value);
  for (const [i, { key, value }] of states.entries()) {
    const part = laidOut[planOf[i] as number] as PutPart;
    part.entities.join(keys.entities[part.bucket] as Buffer, key);
    addState(part.states, value);
    if (samples.length === 1 && compareStampBytes(samples[0] as Uint8Array, value) !== 0) samples.push(value);
  }
  return { parts: laidOut.sort((a, b) => a.bucket - b.bucket), samples };
}

/** A part of a bucket before its bytes are there. */
interface Plan {
  readonly bucket: number;
  count: number;
  keySize: number;
  size: number;
}

/** Which parts there will be, and for each state the place of its own. */
function plansOf(states: readonly StateWrite[], limits: CallLimits): { plans: Plan[]; planOf: Uint32Array } {
  const plans: Plan[] = [];
  const planOf = new Uint32Array(states.length);
  /** The place of a bucket's last part, from one. */
  const places = new Uint32Array(BUCKETS);
  for (const [i, { key, value }] of states.entries()) {
    const bucket = bucketOf(key);
    const size = key.length + value.length;
    let plan = plans[(places[bucket] as number) - 1];
    if (plan === undefined || plan.count === limits.count || plan.size + size > limits.bytes) {
      plan = { bucket, count: 0, keySize: 0, size: 0 };
      places[bucket] = plans.push(plan);
    }
    plan.count++;
    plan.keySize += key.length;
    plan.size += size;
    planOf[i] = (places[bucket] as number) - 1;
  }
  return { plans, planOf };
}
