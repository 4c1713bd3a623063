const TWO_53 = 1n << 53n;
const SMALLEST_EXPONENT = -1074;

/** numerator / denominator (positive), rounded once to the nearest float64, ties to even. */
export function nearestFloat(numerator: bigint, denominator: bigint): number {
  if (numerator < 0n) return -nearestFloat(-numerator, denominator);
  if (numerator === 0n) return 0;
  let exponent = bitLength(numerator) - bitLength(denominator) - 53;
  if (significand(numerator, denominator, exponent).quotient >= TWO_53) exponent++;
  exponent = Math.max(exponent, SMALLEST_EXPONENT);
  const { quotient, remainder, divisor } = significand(numerator, denominator, exponent);
  const twice = 2n * remainder;
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  return Number(up ? quotient + 1n : quotient) * 2 ** exponent;
}

function significand(numerator: bigint, denominator: bigint, exponent: number) {
  const dividend = exponent < 0 ? numerator << BigInt(-exponent) : numerator;
  const divisor = exponent > 0 ? denominator << BigInt(exponent) : denominator;
  return { quotient: dividend / divisor, remainder: dividend % divisor, divisor };
}

function bitLength(x: bigint): number {
  return x.toString(2).length;
}
