import { LockstepError } from "@lockstep/core";
import { markBytes } from "../mark.js";
import type { Mark, Stamp } from "../store.js";
import { storeRolledBack } from "../store-rolled-back.js";
import { ALL_BUCKETS } from "./buckets.js";
import { bucketCalls } from "./calls.js";
import { generationField, type RedisKeys } from "./keys.js";
import { MARK, OTHERS, OUTRUN } from "./scripts/mark.js";
import { LOST } from "./scripts/put.js";
import type { KeyCommand } from "./topology.js";
import { seconds } from "./write.js";
import type { WriteChain } from "./write-chain.js";

/** Puts the mark into every bucket: each keeps its greater stamp and its greater floor. */
export function markCommands(
  keys: RedisKeys,
  generation: number,
  mark: Mark,
  chain: WriteChain,
  previous: Stamp | undefined,
  together: boolean,
): KeyCommand[] {
  const bytes = markBytes(mark);
  const before = previous === undefined ? "" : markBytes(previous);
  return bucketCalls(MARK, keys, ALL_BUCKETS, together, (words, buckets) => {
    words.add(generationField(generation)).add(bytes).add(before).add(chain.id).add(seconds());
    for (const bucket of buckets) words.add(chain.links(bucket));
  });
}

/** The buckets that have states of the generation, or may have, which the run did not put; from `markCommands`' replies. */
export const bucketsWithOthers = (replies: readonly unknown[]): number[] =>
  (replies as readonly number[][]).flat().flatMap((found, bucket) => (found === OTHERS ? [bucket] : []));

/** Throws where a script found that the server no longer has what it had. */
export function checkKept(replies: readonly unknown[], place: string): void {
  const found = new Set(replies.flat());
  if (found.has(LOST)) {
    throw new LockstepError({
      code: "STORE_LOST_WRITES",
      place,
      what:
        "Redis has lost what this run wrote: a server was emptied, came back without its latest writes, or was " +
        "replaced by a replica that lacked them",
      mend: "run it again; appendonly, and replicas, make it rare",
    });
  }
  if (found.has(OUTRUN)) throw storeRolledBack(place);
}
