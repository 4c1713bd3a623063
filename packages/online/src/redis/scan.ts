import type { Redis } from "ioredis";
import type { Keyed } from "./calls.js";
import { parseEntity, type RedisKeys } from "./keys.js";

/** How many keys of the server a call looks at: a fraction of a millisecond. */
const KEYS_A_CALL = 500;
export interface ScannedKey extends Keyed {
  readonly bucket: number;
}

/**
 * The project's entities on a server, in batches. One that is there all the while is found, maybe more than once. It
 * looks at all keys of the server, whoever's they are; `pace` hears of how many.
 */
export async function* scanEntities(
  redis: Redis,
  keys: RedisKeys,
  pace: (looked: number) => Promise<void>,
): AsyncGenerator<readonly ScannedKey[]> {
  let cursor = "0";
  do {
    const [next, found] = await redis.scanBuffer(cursor, "MATCH", keys.pattern, "COUNT", KEYS_A_CALL);
    cursor = next.toString();
    yield found.flatMap((name) => parseEntity(keys, name) ?? []);
    await pace(KEYS_A_CALL);
  } while (cursor !== "0");
}
