import type { Computations, Instant } from "@lockstep/core";
import type { Database, Sources } from "@lockstep/offline";
import type { OnlineStore, Stamp } from "@lockstep/online";
import type { AppliedVersion, EvidenceFolder, RegistryState } from "@lockstep/registry";
import type { Timer } from "./timer.js";

/** What parity works with: both sides of what is served. */
export interface ParityContext {
  readonly db: Database;
  /** The version that is served. */
  readonly version: AppliedVersion;
  /** Its on-demand functions, from the applied bundle. */
  readonly computations: Computations;
  readonly sources: Sources;
  readonly store: OnlineStore;
  readonly state: RegistryState;
  readonly now: Instant;
  /** What runs noted; absent: nothing is known of it. */
  readonly evidence?: EvidenceFolder;
  /** Absent: time as it passes. */
  readonly timer?: Timer;
}

/** What each view is materialized at, by its name; views without a run are absent. */
export type Marks = ReadonlyMap<string, Stamp>;

export async function marksOf({ store, version }: Pick<ParityContext, "store" | "version">): Promise<Marks> {
  const generations = Object.entries(version.generations);
  const { published } = await store.read(
    [],
    generations.map(([, generation]) => generation),
  );
  return new Map(
    generations.flatMap(([view, generation]) => {
      const mark = published.get(generation);
      return mark ? [[view, mark] as const] : [];
    }),
  );
}
