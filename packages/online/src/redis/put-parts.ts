import { compareStampBytes } from "../stamp.js";
import { entryStart, type States } from "../states.js";
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
export function putParts(keys: RedisKeys, states: States, limits: CallLimits): PutParts {
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
  const samples: Uint8Array[] = [];
  const { bytes: from, ends } = states;
  for (let i = 0; i < states.count; i++) {
    const [start, middle, stop] = [entryStart(ends, i), ends[2 * i] as number, ends[2 * i + 1] as number];
    const part = laidOut[planOf[i] as number] as PutPart;
    part.entities.join(keys.entities[part.bucket] as Buffer, from, start, middle);
    addState(part.states, from, middle, stop);
    const [sample] = samples;
    if (!sample || (samples.length === 1 && compareStampBytes(from, sample, middle, stop) !== 0)) {
      samples.push(from.slice(middle, stop));
    }
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
function plansOf(states: States, limits: CallLimits): { plans: Plan[]; planOf: Uint32Array } {
  const plans: Plan[] = [];
  const { bytes, ends, count } = states;
  const planOf = new Uint32Array(count);
  /** The place of a bucket's last part, from one. */
  const places = new Uint32Array(BUCKETS);
  for (let i = 0; i < count; i++) {
    const [start, middle, stop] = [entryStart(ends, i), ends[2 * i] as number, ends[2 * i + 1] as number];
    const bucket = bucketOf(bytes, start, middle);
    const size = stop - start;
    let plan = plans[(places[bucket] as number) - 1];
    if (plan === undefined || plan.count === limits.count || plan.size + size > limits.bytes) {
      plan = { bucket, count: 0, keySize: 0, size: 0 };
      places[bucket] = plans.push(plan);
    }
    plan.count++;
    plan.keySize += middle - start;
    plan.size += size;
    planOf[i] = (places[bucket] as number) - 1;
  }
  return { plans, planOf };
}
