import type { Status, Value } from "@lockstep/core";

/** A feature's value at an instant. */
export interface FeatureValue {
  readonly value: Value;
  readonly status: Status;
  /** The winner's, for a row feature that has one. */
  readonly eventTime: bigint | null;
}

/** Windowed and on-demand features are PRESENT or NULL. */
export const computed = (value: Value): FeatureValue => ({
  value,
  status: value === null ? "NULL" : "PRESENT",
  eventTime: null,
});

export const MISSING: FeatureValue = { value: null, status: "MISSING", eventTime: null };
