import { compareValues, type Type, type Value } from "./values.js";

/** Section 5: the smallest value with at least ceil(p*n), at least 1, values up to it. */
export function quantileOf(type: Type, values: Value[], p: number): Value {
  if (!(p >= 0 && p <= 1)) throw new Error(`quantile(${p})`);
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => compareValues(type, a, b));
  return sorted[Math.max(1, ceilOfProduct(p, sorted.length)) - 1] as Value;
}

// p is the decimal that was written: 0.07 of 100 values is 7 of them, though 0.07 * 100 > 7 in float64.
function ceilOfProduct(p: number, n: number): number {
  const [digits = "0", exponent = "0"] = p.toString().split("e-");
  const [whole = "0", fraction = ""] = digits.split(".");
  const denominator = 10n ** BigInt(fraction.length + Number(exponent));
  return Number((BigInt(whole + fraction) * BigInt(n) + denominator - 1n) / denominator);
}
