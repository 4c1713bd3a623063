import type { Instant, Status, Wire } from "@lockstep/core";
import type { Cause } from "./causes.js";
import type { Occasion } from "./occasion.js";

export interface ParityOptions {
  /** Only these services, and the views that they have. Default: all services and all views that are served. */
  readonly services?: readonly string[];
  /** Values to compare, at least, where there are as many distinct ones. Default 10,000; of all keys: as many as that takes. */
  readonly values?: number;
  /** Keys that lately had events, every key, or these: the parts of entities' keys by name. Default: a sample. */
  readonly keys?: "sample" | "all" | readonly Readonly<Record<string, unknown>>[];
  /** Picks keys and instants; the same seed picks the same. Default 1. */
  readonly seed?: number;
  /** Seconds after which no more is begun. Default: the configuration's, or none. */
  readonly budget?: number;
  /** Keys read from the online store a second, at most. Default: the configuration's, or no limit. */
  readonly rate?: number;
  /** Which part of the values may differ for an explained cause: 0.001 is 0.1 %. Default: the configuration's, or 0. */
  readonly allow?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A value, and the status it has. */
export interface Side {
  readonly value: Wire;
  readonly status: Status;
  /** Why there is no value: `STATE_CORRUPT`. */
  readonly error?: string;
}

/** One value on which the two sides disagree. */
export interface ParityDifference {
  /** The service through which it was read; absent: the view itself. */
  readonly service?: string;
  /** The view, or the alias it has in the service, or the on-demand feature. */
  readonly view: string;
  readonly feature: string;
  /** Keys, and a service's request fields. */
  readonly key: Readonly<Record<string, Wire>>;
  /** ISO 8601. */
  readonly at: string;
  readonly offline: Side;
  readonly online: Side;
  readonly cause: Cause;
  /** What decided the cause. */
  readonly evidence: string;
}

export interface ParityRow {
  readonly service?: string;
  readonly view: string;
  readonly feature: string;
  readonly compared: number;
  readonly equal: number;
  readonly differ: number;
  /** Equal, PRESENT and not zero. */
  readonly telling: number;
  /** How many differ for each cause that occurs. */
  readonly causes: Causes;
  /** The greatest absolute difference of two numbers. */
  readonly largest: number | null;
  readonly example: ParityDifference | null;
}

export type Causes = { readonly [C in Cause]?: number };

/** What the online store says of a view, and what the registry says. */
export interface ParityView {
  readonly view: string;
  readonly generation: number;
  /** The store's T, in ISO 8601, and the run that left it; null: the store has none. */
  readonly watermark: string | null;
  readonly run: number | null;
  /** The greatest complete run in the registry. */
  readonly registryRun: number | null;
  /** `lost`: the store is behind the registry. `ahead`: of a run whose end the registry doesn't know. `none`: never materialized. */
  readonly state: "agrees" | "lost" | "ahead" | "none";
}

/** How much of what was wanted was compared. */
export interface ParityCoverage {
  readonly service?: string;
  readonly view?: string;
  readonly wanted: number;
  readonly compared: number;
  readonly keys: number;
  readonly instants: number;
  /** Rows asked for, by what made them worth asking. */
  readonly occasions: { readonly [O in Occasion]?: number };
  /** Rows that a run under way made incomparable. */
  readonly skipped: number;
  /** False where the budget ended first. */
  readonly complete: boolean;
}

export interface ParityReport {
  readonly project: string;
  /** The version that is served. */
  readonly version: number;
  readonly seed: number;
  /** The greatest T of the views. */
  readonly watermark: Instant;
  readonly now: Instant;
  /** Distinct (feature, key, instant), of views and of services. */
  readonly compared: number;
  readonly equal: number;
  readonly telling: number;
  readonly differ: number;
  readonly causes: Causes;
  /** The part of the values that may differ for an explained cause. */
  readonly allow: number;
  readonly verdict: Verdict;
  readonly keys: number;
  readonly instants: number;
  readonly views: readonly ParityView[];
  readonly features: readonly ParityRow[];
  readonly coverage: readonly ParityCoverage[];
  /** The first few of each feature and cause. */
  readonly differences: readonly ParityDifference[];
  /** What it takes to look at unexplained differences elsewhere, a JSON document a line. */
  readonly reproduction: readonly unknown[];
  /** The budget in seconds; null: none. */
  readonly budget: number | null;
  readonly seconds: number;
  /** Seconds of them, by what was done. */
  readonly times: ParityTimes;
}

export interface ParityTimes {
  /** Choosing keys and instants. */
  readonly choosing: number;
  readonly online: number;
  readonly offline: number;
  readonly comparing: number;
  /** Finding the causes of differences. */
  readonly judging: number;
}

/** `explained`: differences, more than allowed, all of an explained cause. `wrong`: some are not, or a run is lost. */
export type Verdict = "agrees" | "explained" | "wrong" | "nothing";
