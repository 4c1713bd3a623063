import { formatDecimal } from "./decimals.js";
import { type Exact, toExact } from "./exact.js";
import { nearestFloat } from "./nearestFloat.js";
import type { Type, Value } from "./values.js";

export interface Result {
  value: Value;
  tolerance?: number;
}

// Section 5: 1e-12 of the scale of the rows.
export const PARTS = 10n ** 12n;

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const DECIMAL_38_MAX = 10n ** 38n - 1n;

/** `overflow` is thrown when an exact sum does not fit int64 or decimal(38,s). */
export function sumOf(type: Type, values: Value[], overflow: () => Error): Result {
  if (values.length === 0) return { value: null };
  if (type.kind === "float32" || type.kind === "float64") return floatTotal(type, values, 1n);
  const total = add(toExact(type, values).units);
  if (type.kind === "decimal") {
    if (total > DECIMAL_38_MAX || total < -DECIMAL_38_MAX) throw overflow();
    return { value: formatDecimal(type.scale, total) };
  }
  if (total > INT64_MAX || total < INT64_MIN) throw overflow();
  return { value: total };
}

export function meanOf(type: Type, values: Value[]): Result {
  return values.length === 0 ? { value: null } : floatTotal(type, values, BigInt(values.length));
}

function floatTotal(type: Type, values: Value[], divisor: bigint): Result {
  const special = specialTotal(type, values);
  if (special !== null) return { value: special };
  const exact = toExact(type, values);
  return {
    value: scaled(exact, add(exact.units), divisor),
    tolerance: scaled(exact, add(exact.units.map(magnitude)), divisor * PARTS),
  };
}

// Section 5: any NaN makes a sum NaN; so do infinities of both signs.
function specialTotal(type: Type, values: Value[]): number | null {
  if (type.kind !== "float32" && type.kind !== "float64") return null;
  const special = (values as number[]).filter((value) => !Number.isFinite(value));
  return special.length === 0 ? null : special.reduce((a, b) => a + b);
}

function scaled({ numerator, denominator }: Exact, units: bigint, divisor: bigint): number {
  return nearestFloat(units * numerator, denominator * divisor);
}

export function add(units: bigint[]): bigint {
  return units.reduce((a, b) => a + b, 0n);
}

function magnitude(x: bigint): bigint {
  return x < 0n ? -x : x;
}
