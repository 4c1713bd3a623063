import type { Computations, Instant, NamedType, RepoIR, ServiceIR, Status, Value } from "@lockstep/core";
import type { Stamp } from "./store.js";

/** What is served: one applied version of the repo, and the generation of each of its views. */
export interface Serving {
  readonly repo: RepoIR;
  /** The on-demand functions, loaded from the applied bundle. */
  readonly computations: Computations;
  /** View name to generation. */
  readonly generations: ReadonlyMap<string, number>;
  /** The applied version's number, where it is one. */
  readonly version?: number;
}

export interface ReadOptions {
  /** Default: max(now, T of every view asked for). Before a T it is refused with BEFORE_WATERMARK. */
  readonly at?: Instant;
  /** Only these columns of the service, and only the views behind them are read. Default: all. */
  readonly columns?: readonly string[];
  /** What is served to it. Default: what is served when it is read. */
  readonly serving?: Serving;
  /** Is given the running of on-demand functions, which it has to do at once: for who wants to know how long it takes. */
  readonly aroundOnDemands?: <T>(work: () => T) => T;
  /** What the request is called in logs. */
  readonly requestId?: string;
}

export interface AnswerColumn extends NamedType {
  readonly values: readonly Value[];
  readonly statuses: readonly Status[];
  /** The winner's event time for row features (null otherwise, and where MISSING). */
  readonly eventTimes: readonly (Instant | null)[];
}

/** One row's failure in one column: an on-demand function that threw, or bytes that fail their checksum. */
export interface AnswerError {
  readonly row: number;
  readonly column: string;
  readonly code: string;
  readonly message: string;
}

/** Features for many entities, by column, in the order that they were asked for. */
export interface Answer {
  readonly service: string;
  /** The one instant that every value is of. */
  readonly t: Instant;
  /** The greatest T of the views read; null where none was. */
  readonly watermark: Instant | null;
  readonly rows: number;
  readonly columns: readonly AnswerColumn[];
  readonly errors: readonly AnswerError[];
  /** Absent where something else than a store was read. */
  readonly origin?: AnswerOrigin;
}

/** What an answer was made of: what it takes to compute it once more, elsewhere and later. */
export interface AnswerOrigin {
  /** The applied version that was served; null: it has no number. */
  readonly version: number | null;
  /** The rows' keys and request fields, a list of values for each. */
  readonly inputs: readonly ServiceIR["inputs"][number][];
  readonly values: readonly (readonly Value[])[];
  /** The same object for as long as the same is served, asked for and published. */
  readonly views: readonly AnsweredView[];
  /** Rows whose state was of a run under way: the view's mark is behind it. */
  readonly ahead: readonly AheadState[];
}

/** A view that was read, and what its generation was last completely materialized at. */
export interface AnsweredView {
  readonly view: string;
  readonly generation: number;
  readonly mark: Stamp;
}

export interface AheadState {
  readonly row: number;
  /** Of `views`, by index. */
  readonly view: number;
  readonly stamp: Stamp;
}

/** Answers feature services from an online store. Keys and request fields are given by name, a record a row. */
export interface FeatureReader {
  read(
    service: ServiceIR["name"],
    rows: readonly Readonly<Record<string, unknown>>[],
    options?: ReadOptions,
  ): Promise<Answer>;
}
