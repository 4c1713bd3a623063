import { toExact } from "./exact.js";
import { nearestFloat } from "./nearestFloat.js";
import { add, PARTS, type Result } from "./sums.js";
import type { Type, Value } from "./values.js";

export function varianceOf(type: Type, values: Value[], kind: "sample" | "population"): Result {
  const n = BigInt(values.length);
  // Section 5: no rows, and one row of a sample, are null.
  if (n === 0n || (n === 1n && kind === "sample")) return { value: null };
  if (values.some((value) => typeof value === "number" && !Number.isFinite(value))) return { value: NaN };
  const { units, numerator, denominator } = toExact(type, values);
  const total = add(units);
  const squares = add(units.map((unit) => unit * unit));
  const degrees = kind === "sample" ? n - 1n : n;
  const square = numerator * numerator;
  const over = denominator * denominator;
  return {
    value: nearestFloat((n * squares - total * total) * square, n * degrees * over),
    tolerance: nearestFloat(squares * square, n * over * PARTS),
  };
}

export function stddevOf(type: Type, values: Value[], kind: "sample" | "population"): Result {
  const { value: variance, tolerance } = varianceOf(type, values, kind);
  if (typeof variance !== "number") return { value: null };
  const root = Math.sqrt(variance);
  return tolerance === undefined ? { value: root } : { value: root, tolerance: rootTolerance(variance, tolerance) };
}

// The farthest that the root of a variance within its tolerance can be, and the rounding of the root.
function rootTolerance(variance: number, tolerance: number): number {
  const root = Math.sqrt(variance);
  const above = tolerance === 0 ? 0 : tolerance / (Math.sqrt(variance + tolerance) + root);
  const below = variance <= tolerance ? root : tolerance / (root + Math.sqrt(variance - tolerance));
  return Math.max(above, below) + root * Number.EPSILON;
}
