import { setTimeout as sleep } from "node:timers/promises";
import { LockstepError } from "@lockstep/core";
import type { Redis } from "ioredis";
import { parseInfo } from "./info.js";

/** How long WAIT may keep the connection from other commands. */
const WAIT_MS = 100;
const PAUSE_MS = 10;

interface Replication {
  readonly offset: number;
  /** What each replica has acknowledged; NaN for one that is being filled. */
  readonly acknowledged: readonly number[];
}

/**
 * Until each replica that is connected, and at least so many as `required` says, has all that the server has written by now. WAIT alone does not say that: it
 * speaks of the connection's own last write, which after a reconnection is none.
 */
export async function awaitReplicas(
  redis: Redis,
  { required, timeout }: { readonly required: number; readonly timeout: number },
  place: string,
): Promise<void> {
  const { offset: target, acknowledged } = await replication(redis);
  const count = Math.max(required, acknowledged.length);
  if (count === 0) return;
  let behind = count;
  for (const end = Date.now() + timeout; ; ) {
    await redis.wait(count, WAIT_MS);
    const now = await replication(redis);
    behind = count - now.acknowledged.filter((offset) => offset >= target).length;
    if (behind <= 0) return;
    if (Date.now() >= end) break;
    await sleep(PAUSE_MS);
  }
  throw new LockstepError({
    code: "ONLINE_REPLICAS",
    place,
    what: `${behind} of ${count} replicas of ${redis.options.host}:${redis.options.port} are not connected, or did not acknowledge a run or a removal within ${timeout} ms`,
    mend: "look after the replicas, or raise replicaTimeout, or ask for fewer replicas, and run it again",
  });
}

async function replication(redis: Redis): Promise<Replication> {
  const info = parseInfo(await redis.info("replication"));
  if (info.get("role") !== "master") throw new Error("READONLY it is a replica by now");
  return {
    offset: Number(info.get("master_repl_offset")),
    acknowledged: [...info]
      .filter(([name]) => /^slave\d+$/.test(name))
      .map(([, value]) => (/state=online/.test(value) ? Number(/offset=(\d+)/.exec(value)?.[1]) : Number.NaN)),
  };
}
