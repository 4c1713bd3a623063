import { plainCommand } from "./calls.js";
import type { Topology } from "./topology.js";

/** Of one trip: some tens of microseconds of the server's time. */
const HASHES_A_TRIP = 64;

/** Removes a field from each of the hashes, some hashes at a time; `pace` hears of how many. */
export async function removeField(
  servers: Pick<Topology, "ask">,
  hashes: readonly Buffer[],
  field: string,
  pace: (looked: number) => Promise<void>,
): Promise<void> {
  for (let i = 0; i < hashes.length; i += HASHES_A_TRIP) {
    const trip = hashes.slice(i, i + HASHES_A_TRIP);
    await servers.ask(trip.map((hash) => plainCommand("HDEL", [hash], [field])));
    await pace(trip.length);
  }
}
