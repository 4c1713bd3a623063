import { decimalFloat } from "./decimal-float.js";
import type { TypeIR } from "./ir.js";
import { type Call, decimalOf, int64Of } from "./overflow.js";
import { decimalText, decimalUnscaled, type Value } from "./wire.js";

type Unary = (a: Value) => Value;
type Binary = (a: Value, b: Value) => Value;

const typeOf = (call: Call, argument: number): TypeIR => call.args[argument]?.type ?? call.type;
export const scaleOf = (type: TypeIR): number => (type.kind === "decimal" ? type.scale : 0);

/** An argument as a float64. */
export function floatOf(call: Call, argument: number): (value: Value) => number {
  const type = typeOf(call, argument);
  if (type.kind === "int64") return (value) => Number(value);
  if (type.kind !== "decimal") return (value) => value as number;
  const { precision, scale } = type;
  return (value) => decimalFloat(decimalUnscaled(value as string), precision, scale);
}

/** An integer or a decimal as an integer of units of `10^-scale`, or of its own scale. */
export function unitsOf(type: TypeIR, scale: number | null): (value: Value) => bigint {
  const factor = scale === null ? 1n : 10n ** BigInt(scale - scaleOf(type));
  if (type.kind === "decimal") return (value) => decimalUnscaled(value as string) * factor;
  return (value) => BigInt(value as number | bigint) * factor;
}

/** Sums, differences and products: of integers in 64 bits, of decimals in 38 digits, else in float64. */
export const arithmetic =
  (exact: (a: bigint, b: bigint) => bigint, float: (a: number, b: number) => number) =>
  (call: Call): Binary => {
    if (call.type.kind === "float64") {
      const [a, b] = [floatOf(call, 0), floatOf(call, 1)];
      return (x, y) => float(a(x), b(y));
    }
    if (call.type.kind === "int64") {
      return (x, y) => int64Of(call, exact(BigInt(x as bigint), BigInt(y as bigint)));
    }
    // The terms of a sum have one scale; a product's scale is the sum of the factors'.
    const scale = scaleOf(call.type);
    const [left, right] = [0, 1].map((i) => unitsOf(typeOf(call, i), call.op === "times" ? null : scale));
    return (x, y) => {
      const result = exact(left?.(x) ?? 0n, right?.(y) ?? 0n);
      return decimalText(decimalOf(call, result, scale), scale);
    };
  };

/** Throws where a term of a decimal sum does not fit the sum's scale, even if the other one is null. */
export function fittingTerm(call: Call, argument: number): ((value: Value) => void) | null {
  const scale = scaleOf(call.type);
  if (call.type.kind !== "decimal" || scale === scaleOf(typeOf(call, argument))) return null;
  const units = unitsOf(typeOf(call, argument), scale);
  return (value) => {
    if (value !== null) decimalOf(call, units(value), scale);
  };
}

const unary =
  (exact: (a: bigint) => bigint, float: (a: number) => number) =>
  (call: Call): Unary => {
    if (call.type.kind === "float64") return (x) => float(x as number);
    if (call.type.kind === "int64") return (x) => int64Of(call, exact(BigInt(x as bigint)));
    const scale = scaleOf(call.type);
    return (x) => decimalText(exact(decimalUnscaled(x as string)), scale);
  };

export const negated = unary(
  (a) => -a,
  (a) => -a,
);
export const absolute = unary((a) => (a < 0n ? -a : a), Math.abs);

/** Rounded towards zero; null where the divisor is 0. */
export const idiv =
  (call: Call): Binary =>
  (x, y) => {
    const divisor = BigInt(y as bigint);
    return divisor === 0n ? null : int64Of(call, BigInt(x as bigint) / divisor);
  };
