import type { AppliedVersion, RegistryState } from "./registry.js";
import { cutOver } from "./served.js";

/** What was served at an instant of the wall clock, in ISO 8601; null: nothing yet. */
export function servedAt(
  { versions, runs }: Pick<RegistryState, "versions" | "runs">,
  at: string,
): AppliedVersion | null {
  const applied = versions.map((v) => v.appliedAt);
  const ended = runs.flatMap((r) => (r.state === "complete" && r.finishedAt !== undefined ? [r.finishedAt] : []));
  let serving: Parameters<typeof cutOver>[0] = { served: null, retired: [] };
  for (const moment of [...new Set([...applied, ...ended])].sort()) {
    if (moment > at) break;
    serving = cutOver(
      serving,
      versions.filter((v) => v.appliedAt <= moment),
      runs.filter((r) => r.finishedAt !== undefined && r.finishedAt <= moment),
      moment,
    );
  }
  return serving.served;
}
