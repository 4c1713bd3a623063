import { BUCKETS, bucketOf } from "./buckets.js";
import { markField, type RedisKeys, stateField, statePrefix } from "./keys.js";
import type { KeyCommand, Topology } from "./topology.js";
import { seconds } from "./write.js";

/** How many buckets a round trip goes through, and how many fields of each it looks at: a millisecond or two. */
const BUCKETS_A_TRIP = 32;
const FIELDS_A_CALL = 100;
/** A chain that nobody added to for a day is of a run that was cut off. */
const FORSAKEN_SECONDS = 86_400;

/** Removes a key's states of these generations: they are in one bucket. */
export const removeCommand = ({ buckets }: RedisKeys, key: Uint8Array, generations: readonly number[]): KeyCommand => ({
  method: "hdel",
  key: buckets[bucketOf(key)] as Buffer,
  args: generations.map((generation) => stateField(Buffer.from(statePrefix(generation)), key)),
});

/** Removes states of the generation, those with a smaller stamp than the mark's or, without a mark, all. Returns how many. */
export async function removeStates(
  topology: Pick<Topology, "ask">,
  keys: RedisKeys,
  generation: number,
  mark: Buffer | null,
  pace: (looked: number) => Promise<void>,
): Promise<number> {
  const begin = markField(generation);
  const before = seconds() - FORSAKEN_SECONDS;
  let removed = 0;
  let next = 0;
  let trip: { readonly bucket: number; readonly cursor: string }[] = [];
  for (;;) {
    while (trip.length < BUCKETS_A_TRIP && next < BUCKETS) trip.push({ bucket: next++, cursor: "0" });
    if (trip.length === 0) return removed;
    const replies = await topology.ask(
      trip.map(
        ({ bucket, cursor }): KeyCommand => ({
          method: "lockstepRemove",
          key: keys.buckets[bucket] as Buffer,
          args: [cursor, FIELDS_A_CALL, begin, mark ?? "", before],
        }),
      ),
    );
    let looked = 0;
    trip = trip.flatMap(({ bucket }, i) => {
      const [cursor, gone, seen] = replies[i] as [string, number, number];
      removed += gone;
      looked += seen;
      return cursor === "0" ? [] : [{ bucket, cursor }];
    });
    await pace(looked);
  }
}
