import type { Instant, Status, Wire } from "@lockstep/core";

export interface ParityOptions {
  /** Default: every service of the applied version. */
  readonly services?: readonly string[];
  /** Distinct (feature, key, instant) to compare, at least. Default 10,000. */
  readonly values?: number;
  /** Picks keys and instants; the same seed picks the same. Default 1. */
  readonly seed?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** One value on which the two sides disagree. */
export interface ParityDifference {
  readonly view: string;
  readonly feature: string;
  readonly key: Readonly<Record<string, Wire>>;
  /** ISO 8601. */
  readonly at: string;
  readonly offline: { readonly value: Wire; readonly status: Status };
  readonly online: { readonly value: Wire; readonly status: Status };
}

export interface ParityRow {
  readonly view: string;
  readonly feature: string;
  readonly compared: number;
  readonly differ: number;
  /** PRESENT and not zero. */
  readonly telling: number;
}

export interface ParityReport {
  readonly seed: number;
  readonly watermark: Instant;
  /** Distinct (feature, key, instant). */
  readonly compared: number;
  readonly telling: number;
  readonly differ: number;
  readonly keys: number;
  readonly instants: number;
  readonly features: readonly ParityRow[];
  /** The first few. */
  readonly differences: readonly ParityDifference[];
  readonly seconds: number;
}
