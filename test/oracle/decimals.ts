/** The integer `value * 10^scale` of a canonical decimal. */
export function unscaled(scale: number, value: string): bigint {
  const parts = /^(-?\d+)(?:\.(\d+))?$/.exec(value);
  if (parts === null || (parts[2] ?? "").length !== scale) {
    throw new Error(`not a canonical decimal of scale ${scale}: ${value}`);
  }
  return BigInt(`${parts[1] as string}${parts[2] ?? ""}`);
}

/** Exactly `scale` digits after the point, at least one before it, no negative zero. */
export function formatDecimal(scale: number, units: bigint): string {
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
