import { ALL_BUCKETS } from "./buckets.js";
import { bucketsOfCalls, plainCommand } from "./calls.js";
import { scanHashes } from "./hash-scan.js";
import { generationField, type RedisKeys } from "./keys.js";
import { removeField } from "./remove-field.js";
import { DROP_FIELDS } from "./scripts/rows.js";
import type { Topology } from "./topology.js";

/**
 * Removes what earlier versions left of a generation: all of a bucket was in one hash, fields `generation:entity key`,
 * `generation+chain`, and `generation` for the mark. Nothing reads them any more. Gives whether there is nothing left of
 * any generation.
 */
export async function removeFormer(
  servers: Pick<Topology, "ask" | "together">,
  keys: RedisKeys,
  generation: number,
  pace: (looked: number) => Promise<void>,
): Promise<boolean> {
  if (await isGone(servers, keys)) return true;
  const field = generationField(generation);
  for await (const trip of scanHashes(servers, keys.former, DROP_FIELDS, `${field}[:+]*`)) {
    await pace(trip.reduce((sum, { found }) => sum + (found[1] as number), 0));
  }
  await removeField(servers, keys.former, field, pace);
  return isGone(servers, keys);
}

async function isGone(servers: Pick<Topology, "ask" | "together">, keys: RedisKeys): Promise<boolean> {
  const replies = await servers.ask(
    bucketsOfCalls(ALL_BUCKETS, servers.together).map((buckets) =>
      plainCommand(
        "EXISTS",
        buckets.map((bucket) => keys.former[bucket] as Buffer),
      ),
    ),
  );
  return replies.every((found) => found === 0);
}
