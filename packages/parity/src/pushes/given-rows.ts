import { isLockstepError } from "@lockstep/core";
import { decodeGiven, isGivenKey, type OnlineStore } from "@lockstep/online";
import type { RateLimit } from "../rate-limit.js";

/** The rows that were pushed to a generation and still lie there, as they were given. */
export async function givenRows(
  store: Pick<OnlineStore, "rows">,
  generation: number,
  limit: RateLimit,
): Promise<unknown[]> {
  const out: unknown[] = [];
  for await (const batch of store.rows(generation)) {
    await limit.take(batch.length);
    for (const { key, rows } of batch) if (isGivenKey(key)) out.push(...rows.flatMap(readable));
  }
  return out;
}

/** No value is read from these bytes, so that damaged ones are no difference. */
function readable(row: Uint8Array): unknown[] {
  try {
    return [decodeGiven(row)];
  } catch (error) {
    if (isLockstepError(error) && error.code === "STATE_CORRUPT") return [];
    throw error;
  }
}
