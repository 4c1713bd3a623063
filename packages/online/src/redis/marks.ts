import { LockstepError } from "@lockstep/core";
import { markBytes } from "../mark.js";
import type { Mark, Stamp } from "../store.js";
import { storeRolledBack } from "../store-rolled-back.js";
import { markField, type RedisKeys } from "./keys.js";
import { LOST, OUTRUN } from "./scripts.js";
import type { KeyCommand } from "./topology.js";
import type { WriteChain } from "./write-chain.js";

/** Puts the mark into every bucket: each keeps its greater stamp and its greater floor. */
export function markCommands(
  { buckets }: RedisKeys,
  generation: number,
  mark: Mark,
  chain: WriteChain,
  previous: Stamp | undefined,
): KeyCommand[] {
  const field = markField(generation);
  const bytes = markBytes(mark);
  const before = previous === undefined ? "" : markBytes(previous);
  return buckets.map((key, bucket) => {
    const links = chain.links(bucket);
    return { method: "lockstepMark", key, args: [field, bytes, links === 0 ? "" : chain.field, links, before] };
  });
}

/** Throws where a script found that the server no longer has what it had. */
export function checkKept(replies: readonly unknown[], place: string): void {
  if (replies.includes(LOST)) {
    throw new LockstepError({
      code: "STORE_LOST_WRITES",
      place,
      what:
        "Redis has lost what this run wrote: a server was emptied, came back without its latest writes, or was " +
        "replaced by a replica that lacked them",
      mend: "run it again; appendonly, and replicas, make it rare",
    });
  }
  if (replies.includes(OUTRUN)) throw storeRolledBack(place);
}
