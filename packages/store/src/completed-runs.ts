import { type CompletedRuns, compareStamps, type Stamp } from "@lockstep/online";
import type { RegistryState } from "@lockstep/registry";

const known = new WeakMap<RegistryState, CompletedRuns>();

/** The greatest stamp of a complete run of each generation. Found once for each state of the registry. */
export function completedRuns(state: RegistryState): CompletedRuns {
  const present = known.get(state);
  if (present) return present;
  const greatest = new Map<number, Stamp>();
  for (const { state: outcome, generation, watermark, run } of state.runs) {
    if (outcome !== "complete") continue;
    const stamp = { t: BigInt(watermark), run };
    const before = greatest.get(generation);
    if (before === undefined || compareStamps(stamp, before) > 0) greatest.set(generation, stamp);
  }
  known.set(state, greatest);
  return greatest;
}
