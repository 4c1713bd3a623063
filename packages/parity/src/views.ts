import { formatInstant } from "@lockstep/core";
import { compareStamps, type Stamp } from "@lockstep/online";
import type { RegistryState } from "@lockstep/registry";
import type { Marks, ParityContext } from "./context.js";
import type { ParityView } from "./report.js";

/** What the store says that each view is materialized at, beside what the registry says. */
export function viewsOf({ version, state }: ParityContext, marks: Marks, names: readonly string[]): ParityView[] {
  return names.map((view): ParityView => {
    const generation = version.generations[view] ?? -1;
    const mark = marks.get(view);
    const known = greatestComplete(state, generation);
    return {
      view,
      generation,
      watermark: mark ? formatInstant(mark.t) : null,
      run: mark?.run ?? null,
      registryRun: known?.run ?? null,
      state: stateOf(mark, known),
    };
  });
}

function stateOf(mark: Stamp | undefined, known: Stamp | null): ParityView["state"] {
  if (!mark) return known ? "lost" : "none";
  const order = known ? compareStamps(mark, known) : 1;
  return order === 0 ? "agrees" : order < 0 ? "lost" : "ahead";
}

function greatestComplete({ runs }: RegistryState, generation: number): Stamp | null {
  const stamps = runs
    .filter((r) => r.state === "complete" && r.generation === generation)
    .map((r): Stamp => ({ t: BigInt(r.watermark), run: r.run }));
  return stamps.reduce<Stamp | null>((most, s) => (most === null || compareStamps(s, most) > 0 ? s : most), null);
}
