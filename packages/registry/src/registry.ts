import type { RepoIR } from "@lockstep/core";

/** An applied version: immutable. */
export interface AppliedVersion {
  readonly version: number;
  readonly repo: RepoIR;
  /** SHA-256 of the bundled feature repo: what on-demand features run from. */
  readonly bundle: string;
  /** View name to the generation that holds this version's definition of it. */
  readonly generations: Readonly<Record<string, number>>;
  /** ISO 8601, wall clock. */
  readonly appliedAt: string;
  readonly appliedBy: string;
}

/** Every key; those with rows that are new; those with rows in a range. */
export type RunMode = "full" | "incremental" | "backfill";

/** One materialization of one view. */
export interface Run {
  readonly run: number;
  readonly view: string;
  readonly generation: number;
  /** T in UTC microseconds as text: this is JSON. */
  readonly watermark: string;
  /** Absent: full. */
  readonly mode?: RunMode;
  readonly state: "running" | "complete" | "failed";
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly keys?: number;
  readonly rows?: number;
  /** Rows that are no event or belong to nobody, by reason. */
  readonly unused?: Readonly<Record<string, number>>;
  readonly error?: string;
}

/** A generation that no version that is served, or will be, needs any more. */
export interface Retired {
  readonly generation: number;
  /** ISO 8601: when a version without it began to be served. */
  readonly since: string;
}

/** A key that no run and no push may bring back. */
export interface Tombstone {
  readonly entity: string;
  /** `keyHash` of the key. */
  readonly key: string;
  /** The log's entry. */
  readonly sequence: number;
  readonly at: string;
  readonly by: string;
}

export interface RegistryState {
  /** Grows by one with every entry of the log. */
  readonly sequence: number;
  readonly versions: readonly AppliedVersion[];
  /** The newest version, or null before the first apply. */
  readonly head: AppliedVersion | null;
  /** What services answer from: the newest version that takes away no service that can be read. See served.ts. */
  readonly served: AppliedVersion | null;
  /** Generations that are to be swept; those that were are not here. */
  readonly retired: readonly Retired[];
  readonly forgotten: readonly Tombstone[];
  readonly runs: readonly Run[];
}

export type RunOutcome = Pick<Run, "keys" | "rows" | "unused"> &
  ({ readonly state: "complete" } | { readonly state: "failed"; readonly error: string });

/** What is applied, and what ran. Behind it lies one append-only log; an entry is added by compare-and-swap. */
export interface Registry {
  state(): Promise<RegistryState>;
  /**
   * Applies a version. `expected` is the head's version (0: none) that the plan was made against; where another
   * apply was first it fails with REGISTRY_CONFLICT, and nothing is written.
   */
  apply(expected: number, repo: RepoIR, bundle: Uint8Array, by: string): Promise<AppliedVersion>;
  /** The bundle's bytes, checked against their hash. */
  bundle(sha256: string): Promise<Uint8Array>;
  /** Issues the next run number and records that the run has begun. */
  startRun(view: string, generation: number, watermark: bigint, mode?: RunMode): Promise<Run>;
  finishRun(run: number, outcome: RunOutcome): Promise<void>;
  /** Records that nothing of a retired generation is left in the online store. */
  recordSwept(generation: number, keys: number): Promise<void>;
  /** Records a tombstone, once. `key` is the key's `keyHash`. */
  forget(entity: string, key: string, by: string): Promise<Tombstone>;
}
