import type { StateWrite } from "../store.js";
import { bucketsOfCalls, type CallLimits, callsOf, type Part, scriptCall } from "./calls.js";
import { generationField, type RedisKeys } from "./keys.js";
import { PUT } from "./scripts/put.js";
import { addState } from "./stored-state.js";
import type { KeyCommand } from "./topology.js";
import { AROUND, type Words } from "./words.js";
import type { WriteChain } from "./write-chain.js";

/** Of one script call: less than a millisecond of the server's time. */
const CALL_LIMITS: CallLimits = { count: 250, bytes: 512 << 10 };
/** Of one round trip; a few are under way while the next is being made. */
const TRIP_BYTES = 32 << 10;

/** The generation, the chain, the time, how many buckets. */
const HEADING = 256;

const sizeOf = ({ key, value }: StateWrite): number => key.length + value.length;

/** The script calls that put the states, in lists of one round trip each. All calls of a bucket are in one of them. */
export function* putTrips(
  keys: RedisKeys,
  generation: number,
  parts: readonly Part<StateWrite>[],
  chain: WriteChain,
  together: boolean,
): Generator<readonly KeyCommand[]> {
  let trip: KeyCommand[] = [];
  let bytes = 0;
  for (const calls of callsOf(parts, together, CALL_LIMITS, sizeOf)) {
    for (const parts of calls) {
      const command = putCommand(keys, generation, chain, parts);
      trip.push(command);
      bytes += command.args.bytes.length;
    }
    if (bytes < TRIP_BYTES) continue;
    yield trip;
    trip = [];
    bytes = 0;
  }
  if (trip.length > 0) yield trip;
}

/** A link without states: each bucket of the chain shows that it has all links so far. */
export const sealCommands = (keys: RedisKeys, generation: number, chain: WriteChain, together: boolean): KeyCommand[] =>
  bucketsOfCalls(chain.buckets, together).map((buckets) =>
    putCommand(
      keys,
      generation,
      chain,
      buckets.map((bucket) => ({ bucket, items: [] })),
    ),
  );

const putCommand = (
  keys: RedisKeys,
  generation: number,
  chain: WriteChain,
  parts: readonly Part<StateWrite>[],
): KeyCommand => {
  const args = (words: Words): void => {
    words.add(generationField(generation)).add(chain.id).add(seconds()).add(parts.length);
    for (const { bucket, items } of parts) words.add(items.length).add(chain.next(bucket));
    for (const { items } of parts) {
      for (const { value } of items) {
        chain.holds(value);
        addState(words, value);
      }
    }
  };
  // As many digits as a count or a link may have.
  let room = HEADING + parts.length * 2 * (AROUND + 8);
  for (const { items } of parts) for (const { value } of items) room += AROUND + value.length;
  return scriptCall(PUT, keys, parts, args, room);
};

export const seconds = (): number => Math.floor(Date.now() / 1000);
