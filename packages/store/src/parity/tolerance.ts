import type { AggregateName, FeatureIR, Value, ViewIR, WindowFeatureIR } from "@lockstep/core";

/**
 * Sums and means of floats, and all variances, may differ in their last bits, because the two sides add in different
 * orders. How far is bounded by the values' magnitudes, which the offline side reports through these companions of such a feature.
 */
export function companions(view: ViewIR): ViewIR {
  const more = view.features.filter(isInexact).flatMap((f): FeatureIR[] =>
    (["count", "min", "max"] as const).map((aggregate) => ({
      ...f,
      aggregate,
      name: companionName(f.name, aggregate),
      type: aggregate === "count" ? { kind: "int64" } : (f.argument?.type ?? f.type),
    })),
  );
  return { ...view, features: [...view.features, ...more] };
}

export const companionName = (feature: string, aggregate: "count" | "min" | "max"): string =>
  `${feature}__${aggregate}`;

export function isInexact(feature: FeatureIR): feature is WindowFeatureIR {
  if (feature.kind !== "window" || !(feature.aggregate in ALLOWED)) return false;
  const argument = feature.argument?.type.kind;
  const exact = feature.aggregate === "sum" || feature.aggregate === "mean";
  return !exact || argument === "float32" || argument === "float64";
}

const PART = 1e-12;

/** The greatest difference allowed where no value is greater than `most`. */
const ALLOWED: { readonly [K in AggregateName]?: (most: number, count: number) => number } = {
  sum: (most, count) => PART * most * count,
  mean: (most) => PART * most,
  variance: (most) => PART * most * most,
  varPop: (most) => PART * most * most,
  // A variance of 0 that is off by 1e-12 is a deviation that is off by 1e-6.
  stddev: (most) => Math.sqrt(PART) * most,
  stddevPop: (most) => Math.sqrt(PART) * most,
};

/** The greatest difference allowed, from what bounds the values. */
export function tolerance(feature: WindowFeatureIR, count: Value, min: Value, max: Value): number {
  const magnitude = Math.max(Math.abs(Number(min ?? 0)), Math.abs(Number(max ?? 0)));
  return ALLOWED[feature.aggregate]?.(magnitude, Number(count ?? 0)) ?? 0;
}

/** Identical bits (NaN is NaN, -0 is not +0), or numbers within the tolerance. */
export function agree(a: Value, b: Value, allowed: number): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) <= allowed;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return a.length === b.length && a.every((x, i) => x === b[i]);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => agree(x, b[i], allowed));
  return false;
}

/** PRESENT and not zero: a value that could have gone wrong. */
export const isTelling = (value: Value): boolean =>
  value !== null &&
  value !== 0 &&
  value !== 0n &&
  value !== false &&
  value !== "" &&
  !(Array.isArray(value) && value.length === 0);
