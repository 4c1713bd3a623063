import type { AnswerOf, FeatureService, Instant, RepoIR, RequestOf, ServiceIR } from "@lockstep/core";
import type { MaterializeOptions, MaterializeResult } from "@lockstep/ingest";
import type { Frame, FrameOptions } from "@lockstep/offline";
import type { Answer, ReadOptions } from "@lockstep/online";
import type { AppliedVersion, Plan, Registry, RegistryState } from "@lockstep/registry";
import type { ParityOptions, ParityReport } from "./parity-report.js";

/** The library's front door. `openStore()` gives one. */
export interface FeatureStore {
  readonly project: string;
  readonly environment: string;
  readonly registry: Registry;
  /** The declarations of the working copy, compiled and bundled; not what is applied. */
  local(): Promise<{ readonly repo: RepoIR; readonly bundle: Uint8Array }>;
  /** What apply would change. Touches nothing. */
  plan(): Promise<Plan>;
  apply(options?: { readonly by?: string }): Promise<{ readonly plan: Plan; readonly version: AppliedVersion | null }>;
  /** The SQL of a service's training frame, with placeholders for the labels. */
  compile(service: string): Promise<string>;
  /** A point-in-time-correct training frame: the labels' rows, in their order, and a column for each feature. */
  trainingFrame<S extends FeatureService>(service: S | string, options: FrameOptions): Promise<Frame>;
  materialize(options?: MaterializeOptions): Promise<readonly MaterializeResult[]>;
  /** Features by name, typed by the service. */
  online<S extends FeatureService>(
    service: S,
    rows: readonly RequestOf<S>[],
    options?: ReadOptions,
  ): Promise<readonly AnswerOf<S>[]>;
  /** As `online`, with statuses, the instant and the watermark. */
  read(service: string, rows: readonly Readonly<Record<string, unknown>>[], options?: ReadOptions): Promise<Answer>;
  parity(options?: ParityOptions): Promise<ParityReport>;
  status(): Promise<StoreStatus>;
  describe(name: string): Promise<Description>;
  /** The clock's instant: the real time, or the environment's fixed `clock`. */
  now(): Instant;
  close(): Promise<void>;
}

export interface StoreStatus {
  readonly project: string;
  readonly environment: string;
  readonly now: string;
  readonly registry: RegistryState["head"] extends infer H ? { readonly version: number; readonly head: H } : never;
  readonly online: { readonly kind: string; readonly reachable: boolean; readonly warnings: readonly string[] };
  readonly views: readonly {
    readonly view: string;
    readonly generation: number;
    /** ISO; null: never materialized. */
    readonly watermark: string | null;
    readonly lagSeconds: number | null;
    readonly freshnessSeconds: number | null;
    readonly stale: boolean;
    readonly keys: number | null;
    readonly lastRun: "running" | "complete" | "failed" | null;
  }[];
}

export interface Description {
  readonly kind: "entity" | "source" | "feature view" | "on-demand feature" | "feature service";
  readonly name: string;
  /** The declaration's IR, or a service's inputs and columns. */
  readonly detail: unknown;
  readonly service?: ServiceIR;
}
