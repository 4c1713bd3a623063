import { dayNumber } from "./dates.js";
import { unscaled } from "./decimals.js";

export type Type =
  | { kind: "bool" | "int32" | "int64" | "float32" | "float64" | "string" | "bytes" | "date" | "timestamp" }
  | { kind: "decimal"; precision: number; scale: number }
  | { kind: "list"; element: Type };

export type Value = null | boolean | number | bigint | string | Uint8Array | Value[];

const utf8 = new TextEncoder();

/** Section 2, order of values: null first; then by type. */
export function compareValues(type: Type, a: Value, b: Value): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  switch (type.kind) {
    case "bool":
      return Number(a as boolean) - Number(b as boolean);
    case "int32":
    case "float32":
    case "float64":
      return compareNumbers(a as number, b as number);
    case "int64":
    case "timestamp":
      return compareIntegers(a as bigint, b as bigint);
    case "decimal":
      return compareIntegers(unscaled(type.scale, a as string), unscaled(type.scale, b as string));
    case "date":
      return compareIntegers(dayNumber(a as string), dayNumber(b as string));
    case "string":
      return a === b ? 0 : compareBytes(utf8.encode(a as string), utf8.encode(b as string));
    case "bytes":
      return compareBytes(a as Uint8Array, b as Uint8Array);
    case "list":
      return compareLists(type.element, a as Value[], b as Value[]);
  }
}

export function compareIntegers(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// Section 2: NaN last, -0 before +0.
function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  if (a === 0 && b === 0) return Number(Object.is(b, -0)) - Number(Object.is(a, -0));
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareLists(element: Type, a: Value[], b: Value[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compareValues(element, a[i] as Value, b[i] as Value);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
