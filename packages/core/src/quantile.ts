import type { Value } from "./wire.js";

/** A value, and how often it occurs. */
export interface ValueCounts {
  readonly values: readonly Value[];
  readonly counts: readonly number[];
}

/** The decimal that a number from 0 to 1 is written as: 0.07 is 7/100, though no float64 is. */
export function decimalFraction(p: number): { readonly numerator: bigint; readonly denominator: bigint } {
  const [digits = "0", exponent = "0"] = String(p).split("e-");
  const [whole = "0", fraction = ""] = digits.split(".");
  return { numerator: BigInt(whole + fraction), denominator: 10n ** BigInt(fraction.length + Number(exponent)) };
}

/** How many of `n` values lie up to the quantile: `p * n`, rounded up, and at least 1. */
export function quantileRank(p: number, n: number): number {
  const { numerator, denominator } = decimalFraction(p);
  return Math.max(1, Number((numerator * BigInt(n) + denominator - 1n) / denominator));
}

/** The smallest value with at least `p * n` values up to it; null over no values. */
export function quantileOf({ values, counts }: ValueCounts, p: number, compare: (a: Value, b: Value) => number): Value {
  const rank = quantileRank(
    p,
    counts.reduce((a, b) => a + b, 0),
  );
  const order = values.map((_, i) => i).sort((a, b) => compare(values[a] as Value, values[b] as Value));
  let passed = 0;
  for (const i of order) {
    passed += counts[i] as number;
    if (passed >= rank) return values[i] as Value;
  }
  return null;
}
