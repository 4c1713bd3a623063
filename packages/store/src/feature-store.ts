import type {
  AnswerOf,
  Computations,
  FeatureService,
  Instant,
  RepoIR,
  RequestOf,
  Source,
  SourceRow,
} from "@lockstep/core";
import type { Forgotten, MaterializeOptions, MaterializeResult, SweepOptions, Swept } from "@lockstep/ingest";
import type { Frame, FrameOptions } from "@lockstep/offline";
import type { Answer, FeatureReader, OnlineStore, PushAnswer, Pusher, ReadOptions, Serving } from "@lockstep/online";
import type { ParityLogOptions, ParityLogReport, ParityOptions, ParityReport, Why, WhyOptions } from "@lockstep/parity";
import type { PushInput, PushReport } from "@lockstep/push";
import type { AppliedVersion, Plan, Registry } from "@lockstep/registry";
import type { ServerSettings } from "./config/index.js";

export interface ReaderOptions {
  /** May put something around the online store. */
  readonly through?: (store: OnlineStore) => OnlineStore;
}

/** The library's front door. `openStore()` gives one. */
export interface FeatureStore {
  readonly project: string;
  readonly environment: string;
  readonly registry: Registry;
  /** The declarations of the working copy, compiled; not what is applied. */
  local(): Promise<RepoIR>;
  /** The applied version; fails with NOT_APPLIED before the first apply. */
  applied(): Promise<AppliedVersion>;
  /** The version that services answer from: the applied one, or the one before until its views are materialized. */
  served(): Promise<AppliedVersion>;
  /** What apply would change. Touches nothing. */
  plan(): Promise<Plan>;
  apply(options?: { readonly by?: string }): Promise<{ readonly plan: Plan; readonly version: AppliedVersion | null }>;
  /** What services are looked up in by name: the applied version where there is one, else the working copy. */
  definitions(options?: DefinitionOptions): Promise<Definitions>;
  /** The SQL of a service's training frame, with placeholders for the labels. */
  compile(service: string, options?: DefinitionOptions): Promise<string>;
  /**
   * A point-in-time-correct training frame: the labels' rows, in their order, and a column for each feature. In place
   * of labels: a grid of keys and instants, or `asOf`, every key as of one instant.
   */
  trainingFrame<S extends FeatureService>(
    service: S | string,
    options: FrameOptions & DefinitionOptions,
  ): Promise<Frame>;
  /** Fills the applied version's views, and sweeps what no version needs any more. */
  materialize(options?: MaterializeOptions): Promise<readonly MaterializeResult[]>;
  /**
   * Puts rows into every view over a source that is declared with `push: true`: they are read at once, and count until
   * a run's T reaches their `knownAt`. An answer for each row, in their order; bad ones don't hold up the others.
   */
  push<S extends Source>(source: S | string, rows: readonly SourceRow<S>[]): Promise<readonly PushAnswer[]>;
  /** The same of a file or a stream. Rows that are refused go to a dead-letter file, each with the reason. */
  pushInput(source: string, input: PushInput): Promise<PushReport>;
  /** What a server needs to take pushes. */
  pusher(options?: Pick<ReaderOptions, "through">): Promise<Pusher>;
  /** Removes from the online store the generations that no version needs any more. */
  sweep(options?: Pick<SweepOptions, "graceSeconds">): Promise<readonly Swept[]>;
  /** Removes a key, by its parts' names, from every view of an entity, and sees to it that no run brings it back. */
  forget(
    entity: string,
    key: Readonly<Record<string, unknown>>,
    options?: { readonly by?: string },
  ): Promise<Forgotten>;
  /** Features by name, typed by the service. */
  online<S extends FeatureService>(
    service: S,
    rows: readonly RequestOf<S>[],
    options?: ReadOptions,
  ): Promise<readonly AnswerOf<S>[]>;
  /** As `online`, with statuses, the instant and the watermark. */
  read(service: string, rows: readonly Readonly<Record<string, unknown>>[], options?: ReadOptions): Promise<Answer>;
  /** Compares what is served with what is trained on, and finds the cause of each difference. */
  parity(options?: ParityOptions): Promise<ParityReport>;
  /** Compares what servers logged that they served, or a training frame beside it, and finds the cause of each difference. */
  parityLog(options: ParityLogOptions): Promise<ParityLogReport>;
  /** Why a feature, named `view.feature`, has the value that it has for a key, by its parts' names. */
  why(feature: string, key: Readonly<Record<string, unknown>>, options?: WhyOptions): Promise<Why>;
  status(): Promise<StoreStatus>;
  /** A declaration of the working copy by its name, in short lines for people and as data. */
  describe(name: string): Promise<Description>;
  /**
   * Looks up which version is served, with its functions loaded: again where that is longer ago than `lookEveryMs`. The
   * same object for as long as it is the same version. Where it can't be found out, what was served goes on.
   */
  serving(options: { readonly lookEveryMs: number }): () => Serving | Promise<Serving>;
  /** What a server needs: the reader, and how the store is. A read that is not told what is served looks it up. */
  reader(options?: ReaderOptions): Promise<FeatureReader>;
  /** How what a server depends on is, for its health endpoint. */
  health(): Promise<StoreHealth>;
  /** How the environment's server listens, whom it answers, and how much. */
  serverSettings(): Promise<ServerSettings>;
  /** The clock's instant: the real time, or the environment's fixed `clock`. */
  now(): Instant;
  close(): Promise<void>;
}

export interface DefinitionOptions {
  /** Services named by text are those of the working copy, whatever is applied. */
  readonly local?: boolean;
}

export interface Definitions {
  readonly repo: RepoIR;
  readonly computations: Computations;
  /** The applied version; null: the working copy. */
  readonly version: number | null;
}

export interface StoreStatus {
  readonly project: string;
  readonly environment: string;
  readonly now: string;
  /** The applied version; null before the first apply. */
  readonly version: number | null;
  /** The version that services answer from. */
  readonly served: number | null;
  readonly appliedAt: string | null;
  readonly online: { readonly kind: string; readonly reachable: boolean; readonly warnings: readonly string[] };
  readonly views: readonly {
    readonly view: string;
    readonly generation: number;
    /** The generation that is read until this one is complete; null: this one. */
    readonly servedGeneration: number | null;
    /** ISO; null: never materialized. */
    readonly watermark: string | null;
    readonly lagSeconds: number | null;
    readonly freshnessSeconds: number | null;
    readonly stale: boolean;
    /** As many as the last full run wrote. */
    readonly keys: number | null;
    /** Running: under way, or killed. */
    readonly lastRun: "running" | "complete" | "failed" | null;
    /** ISO. */
    readonly lastRunStarted: string | null;
  }[];
}

export interface StoreHealth {
  readonly registry: { readonly ok: boolean; readonly error?: string; readonly version: number | null };
  readonly store: {
    readonly ok: boolean;
    readonly error?: string;
    readonly kind: string;
    readonly warnings?: readonly string[];
  };
  readonly views: readonly {
    readonly view: string;
    readonly watermark: Instant | null;
    readonly fresh?: boolean;
    /** How far the watermark is behind the clock, in seconds; null: never materialized. */
    readonly staleness: number | null;
    /** What the view declares, in seconds. */
    readonly freshness?: number;
  }[];
}

export interface Description {
  readonly kind: "entity" | "source" | "feature view" | "on-demand feature" | "feature service";
  readonly name: string;
  readonly description: string | null;
  readonly owner: string | null;
  /** Facts as label and text: `["ttl", "2d"]`. */
  readonly facts: readonly (readonly [label: string, text: string])[];
  /** Features, columns, keys: a table each. */
  readonly tables: readonly {
    readonly title: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
  }[];
  /** The compiled declaration. */
  readonly detail: unknown;
}
