import { isLockstepError } from "@lockstep/core";
import { decodeGiven, givenRows, type OnlineStore } from "@lockstep/online";
import type { RateLimit } from "../rate-limit.js";

/** The rows that were pushed to a generation and still lie there, as they were given. */
export async function givenOf(
  store: Pick<OnlineStore, "rows">,
  generation: number,
  limit: RateLimit,
): Promise<unknown[]> {
  const out: unknown[] = [];
  for await (const ids of givenRows(limited(store, limit), generation)) {
    out.push(...ids.flatMap(({ rows }) => rows.flatMap(readable)));
  }
  return out;
}

/** All keys that are looked at count, not only those of rows as they were given. */
const limited = (store: Pick<OnlineStore, "rows">, limit: RateLimit): Pick<OnlineStore, "rows"> => ({
  rows: async function* (generation) {
    for await (const batch of store.rows(generation)) {
      await limit.take(batch.length);
      yield batch;
    }
  },
});

/** No value is read from these bytes, so that damaged ones are no difference. */
function readable(row: Uint8Array): unknown[] {
  try {
    return [decodeGiven(row)];
  } catch (error) {
    if (isLockstepError(error) && error.code === "STATE_CORRUPT") return [];
    throw error;
  }
}
