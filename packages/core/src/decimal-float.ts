const TWO_53 = 2n ** 53n;
const TWO_64 = 2n ** 64n;

/**
 * A decimal as a float64, as DuckDB casts it: what 53 bits hold is divided once, anything longer is the sum of its
 * whole part and its fraction. The nearest float64 may be another one.
 */
export function decimalFloat(unscaled: bigint, precision: number, scale: number): number {
  const float = precision > 18 ? hugeFloat : Number;
  const power = Number(`1e${scale}`);
  if (scale === 0 || (unscaled >= -TWO_53 && unscaled <= TWO_53)) return float(unscaled) / power;
  const one = 10n ** BigInt(scale);
  return float(unscaled / one) + float(unscaled % one) / power;
}

/** A 128-bit integer, of its two halves. */
function hugeFloat(n: bigint): number {
  if (n < 0n && n >= -TWO_64) return -Number(-n - 1n) - 1;
  const lower = BigInt.asUintN(64, n);
  return Number(lower) + Number((n - lower) / TWO_64) * 2 ** 64;
}
