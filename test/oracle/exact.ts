import { unscaled } from "./decimals.js";
import type { Type, Value } from "./values.js";

/** Numbers without error: the i-th is units[i] * numerator / denominator. */
export interface Exact {
  units: bigint[];
  numerator: bigint;
  denominator: bigint;
}

/** Neither nulls nor, in floats, NaN or infinities. */
export function toExact(type: Type, values: Value[]): Exact {
  switch (type.kind) {
    case "bool":
      // Section 3: a bool is 0/1.
      return { units: values.map((value) => (value === true ? 1n : 0n)), numerator: 1n, denominator: 1n };
    case "int32":
    case "int64":
      return { units: values.map((value) => BigInt(value as number | bigint)), numerator: 1n, denominator: 1n };
    case "decimal":
      return {
        units: values.map((value) => unscaled(type.scale, value as string)),
        numerator: 1n,
        denominator: 10n ** BigInt(type.scale),
      };
    case "float32":
    case "float64":
      return exactFloats(values as number[]);
    default:
      throw new Error(`a ${type.kind} is no number`);
  }
}

function exactFloats(values: number[]): Exact {
  const parts = values.map(decompose);
  const exponents = parts.filter((part) => part.significand !== 0n).map((part) => part.exponent);
  const least = exponents.length === 0 ? 0 : Math.min(...exponents);
  return {
    units: parts.map(({ significand, exponent }) =>
      significand === 0n ? 0n : significand << BigInt(exponent - least),
    ),
    numerator: least > 0 ? 1n << BigInt(least) : 1n,
    denominator: least < 0 ? 1n << BigInt(-least) : 1n,
  };
}

const view = new DataView(new ArrayBuffer(8));

// x = significand * 2^exponent
function decompose(x: number): { significand: bigint; exponent: number } {
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const magnitude = biased === 0 ? fraction : fraction | (1n << 52n);
  return { significand: x < 0 ? -magnitude : magnitude, exponent: Math.max(biased, 1) - 1075 };
}
