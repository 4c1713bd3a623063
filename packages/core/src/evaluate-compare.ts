import { floatOf, scaleOf, unitsOf } from "./evaluate-numbers.js";
import type { TypeIR } from "./ir.js";
import { compareValues } from "./order.js";
import type { Call } from "./overflow.js";
import { sameType } from "./types.js";
import type { Value } from "./wire.js";

type Compare = (a: Value, b: Value) => number;

/**
 * A call's first argument compared with another: negative, 0 or positive. As in the order of values, but -0 equals +0.
 * Numbers of two types meet as float64 where one is a float, and exactly otherwise.
 */
export function comparing(call: Call, argument: number): Compare {
  const [s, t] = [call.args[0]?.type as TypeIR, call.args[argument]?.type as TypeIR];
  if (isFloat(s) || isFloat(t)) {
    const [a, b] = [floatOf(call, 0), floatOf(call, argument)];
    return (x, y) => compareFloats(a(x), b(y));
  }
  if (sameType(s, t)) {
    const zeros = oneZero(s);
    return zeros ? (a, b) => compareValues(s, zeros(a), zeros(b)) : (a, b) => compareValues(s, a, b);
  }
  const scale = Math.max(scaleOf(s), scaleOf(t));
  const [a, b] = [unitsOf(s, scale), unitsOf(t, scale)];
  return (x, y) => compareIntegers(a(x), b(y));
}

const isFloat = ({ kind }: TypeIR): boolean => kind === "float32" || kind === "float64";
const compareIntegers = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
const compareFloats = (a: number, b: number): number => {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
};

/** Makes each -0 within a nested value +0; null where the type holds no floats. */
function oneZero(type: TypeIR): ((value: Value) => Value) | null {
  if (isFloat(type)) return (value) => (value === 0 ? 0 : value);
  if (type.kind === "vector") return (value) => (value === null ? null : (value as number[]).map((x) => x + 0));
  if (type.kind === "list") {
    const element = oneZero(type.element);
    return element && ((value) => (value === null ? null : (value as readonly Value[]).map(element)));
  }
  if (type.kind !== "struct") return null;
  const fields = type.fields.map((f) => [f.name, oneZero(f.type)] as const);
  if (fields.every(([, zero]) => zero === null)) return null;
  return (value) => {
    if (value === null) return null;
    const of = value as Readonly<Record<string, Value>>;
    return Object.fromEntries(fields.map(([name, zero]) => [name, zero ? zero(of[name] ?? null) : (of[name] ?? null)]));
  };
}
