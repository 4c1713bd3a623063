import type { AggregateName, ExprIR, FeatureIR, TypeIR, Value, ViewIR, WindowFeatureIR } from "@lockstep/core";

/**
 * Sums and means of floats, and all variances, may differ in their last bits, because the two sides add in different
 * orders. How far is in section 5 of docs/semantics.md, by the values' magnitude, which the offline side reports
 * through a companion of such a feature.
 */
export function companions(view: ViewIR): ViewIR {
  return { ...view, features: [...view.features, ...view.features.filter(isInexact).map(companionOf)] };
}

export const companionName = (feature: string): string => `${feature}__magnitude`;

export function isInexact(feature: FeatureIR): feature is WindowFeatureIR {
  if (feature.kind !== "window" || !(feature.aggregate in ALLOWED)) return false;
  const argument = feature.argument?.type.kind;
  const exact = feature.aggregate === "sum" || feature.aggregate === "mean";
  return !exact || argument === "float32" || argument === "float64";
}

const FLOAT64: TypeIR = { kind: "float64" };
const call = (op: "abs" | "times" | "toFloat64", ...args: ExprIR[]): ExprIR => ({
  kind: "call",
  op,
  args,
  type: FLOAT64,
});

/** The sum or the mean of |x|, or the mean of its square. */
function companionOf(feature: WindowFeatureIR): WindowFeatureIR {
  const x = call("toFloat64", feature.argument as ExprIR);
  const linear = feature.aggregate === "sum" || feature.aggregate === "mean";
  return {
    ...feature,
    name: companionName(feature.name),
    type: FLOAT64,
    aggregate: feature.aggregate === "sum" ? "sum" : "mean",
    argument: linear ? call("abs", x) : call("times", x, x),
  };
}

const PART = 1e-12;

/** The greatest difference allowed, from the companion's value. */
const ALLOWED: { readonly [K in AggregateName]?: (magnitude: number) => number } = {
  sum: (sum) => PART * sum,
  mean: (mean) => PART * mean,
  variance: (squares) => PART * squares,
  varPop: (squares) => PART * squares,
  // A variance of 0 that is off by 1e-12 is a deviation that is off by 1e-6.
  stddev: (squares) => Math.sqrt(PART * squares),
  stddevPop: (squares) => Math.sqrt(PART * squares),
};

export const tolerance = ({ aggregate }: WindowFeatureIR, magnitude: Value): number =>
  ALLOWED[aggregate]?.(Number(magnitude ?? 0)) ?? 0;

/** Identical bits (NaN is NaN, -0 is not +0), or numbers within the tolerance. */
export function agree(a: Value, b: Value, allowed: number): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) <= allowed;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return a.length === b.length && a.every((x, i) => x === b[i]);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => agree(x, b[i], allowed));
  if (!isStruct(a) || !isStruct(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((n) => agree(a[n] ?? null, b[n] ?? null, allowed));
}

const isStruct = (value: Value): value is { readonly [field: string]: Value } =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** PRESENT and not zero: a value that could have gone wrong. */
export const isTelling = (value: Value): boolean =>
  value !== null &&
  value !== 0 &&
  value !== 0n &&
  value !== false &&
  value !== "" &&
  !(Array.isArray(value) && value.length === 0);
