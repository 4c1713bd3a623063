import type { ServiceIR } from "@lockstep/core";
import type { AppliedVersion, Retired, Run } from "./registry.js";

interface Serving {
  readonly served: AppliedVersion | null;
  readonly retired: readonly Retired[];
}

/**
 * What is served once these versions are applied and these runs have ended. It is decided by the log alone, so that the
 * entry which completes a run, or applies a version, is the cut-over too: one compare-and-swap.
 */
export function cutOver(
  { served, retired }: Serving,
  versions: readonly AppliedVersion[],
  runs: readonly Run[],
  at: string,
): Serving {
  const from = served === null ? -1 : versions.indexOf(served);
  const later = versions.slice(from + 1);
  if (later.length === 0) return { served, retired };
  const complete = new Set(runs.filter((r) => r.state === "complete").map((r) => r.generation));
  const next = later.findLast((version) => served === null || replaces(version, served, complete));
  if (next === undefined) return { served, retired };
  const needed = new Set(versions.slice(versions.indexOf(next)).flatMap(generationsOf));
  const passed = new Set(versions.slice(Math.max(0, from), versions.indexOf(next)).flatMap(generationsOf));
  const gone = [...passed].filter((generation) => !needed.has(generation));
  return { served: next, retired: [...retired, ...gone.map((generation) => ({ generation, since: at }))] };
}

/** Every service of both that can be read in the one that is served can be read in the other. */
function replaces(version: AppliedVersion, served: AppliedVersion, complete: ReadonlySet<number>): boolean {
  return version.repo.services.every((service) => {
    const old = served.repo.services.find((s) => s.name === service.name);
    return !old || !isReady(served, old, complete) || isReady(version, service, complete);
  });
}

const isReady = (version: AppliedVersion, service: ServiceIR, complete: ReadonlySet<number>): boolean =>
  service.members.every((m) => m.kind !== "view" || complete.has(version.generations[m.view] ?? -1));

const generationsOf = (version: AppliedVersion): number[] => Object.values(version.generations);
