import type { States } from "../states.js";
import { bucketsOfCalls, type CallLimits } from "./calls.js";
import { generationField, type RedisKeys } from "./keys.js";
import { type PutPart, type PutParts, putParts } from "./put-parts.js";
import { PUT } from "./scripts/put.js";
import type { KeyCommand } from "./topology.js";
import { AROUND, Words } from "./words.js";
import type { WriteChain } from "./write-chain.js";

/** Of one script call: less than a millisecond of the server's time. */
const CALL_LIMITS: CallLimits = { count: 250, bytes: 512 << 10 };
/** Of one round trip; a few are under way, so that the server has enough to do while the next states are made. */
const TRIP_BYTES = 160 << 10;

/** What has to be done before it is the write's turn. */
export const prepareWrite = (keys: RedisKeys, states: States): PutParts => putParts(keys, states, CALL_LIMITS);

/** The script calls that put the states, in lists of one round trip each. All calls of a bucket are in one of them. */
export function* putTrips(
  keys: RedisKeys,
  generation: number,
  { parts, samples }: PutParts,
  chain: WriteChain,
  together: boolean,
): Generator<readonly KeyCommand[]> {
  for (const state of samples) chain.holds(state);
  let trip: KeyCommand[] = [];
  let bytes = 0;
  let last: number | undefined;
  for (const call of callsOf(parts, together)) {
    if (bytes >= TRIP_BYTES && call[0]?.bucket !== last) {
      yield trip;
      trip = [];
      bytes = 0;
    }
    const command = putCommand(keys, generation, chain, call);
    trip.push(command);
    bytes += command.args.bytes.length;
    last = call.at(-1)?.bucket;
  }
  if (trip.length > 0) yield trip;
}

/** Fills calls up to the limits. A call has several buckets where they are `together`, and each of them once. */
function* callsOf(parts: readonly PutPart[], together: boolean): Generator<PutPart[]> {
  let call: PutPart[] = [];
  let [count, bytes] = [0, 0];
  for (const part of parts) {
    const own = part.entities.length + part.states.length;
    const full = count + part.states.count > CALL_LIMITS.count || bytes + own > CALL_LIMITS.bytes;
    if (call.length > 0 && (full || !together || call.at(-1)?.bucket === part.bucket)) {
      yield call;
      call = [];
      [count, bytes] = [0, 0];
    }
    call.push(part);
    count += part.states.count;
    bytes += own;
  }
  if (call.length > 0) yield call;
}

/** A link without states: each bucket of the chain shows that it has all links so far. */
export const sealCommands = (keys: RedisKeys, generation: number, chain: WriteChain, together: boolean): KeyCommand[] =>
  bucketsOfCalls(chain.buckets, together).map((buckets) =>
    putCommand(
      keys,
      generation,
      chain,
      buckets.map((bucket) => ({ bucket, entities: NONE, states: NONE })),
    ),
  );

const NONE = new Words();
/** The generation, the chain, the time, how many buckets. */
const HEADING = 256;
/** How many states a bucket gets, and which link it is. */
const NUMBERS = 2 * (AROUND + 8);

function putCommand(keys: RedisKeys, generation: number, chain: WriteChain, parts: readonly PutPart[]): KeyCommand {
  const key = keys.buckets[parts[0]?.bucket ?? 0] as Buffer;
  let [room, count] = [HEADING + parts.length * (AROUND + key.length + NUMBERS), 0];
  for (const { entities, states } of parts) {
    room += entities.length + states.length;
    count += entities.count;
  }
  const words = Words.ofRoom(room);
  words.add(parts.length + count);
  for (const { bucket } of parts) words.add(keys.buckets[bucket] as Buffer);
  for (const { entities } of parts) words.addAll(entities);
  words.add(generationField(generation)).add(chain.id).add(seconds()).add(parts.length);
  for (const { bucket, states } of parts) words.add(states.count).add(chain.next(bucket));
  for (const { states } of parts) words.addAll(states);
  return { run: PUT, key, args: words.end() };
}

export const seconds = (): number => Math.floor(Date.now() / 1000);
