import type { TypeIR } from "./ir.js";
import type { Value } from "./wire.js";

/**
 * A key for a Map or a Set: two values have one key where they are equal, so -0 = +0 and NaN = NaN. Maps compare
 * primitives that way by themselves; other values become text.
 */
export const equalityKey = (type: TypeIR, value: Value): unknown =>
  typeof value === "object" && value !== null ? textOf(type, value) : value;

/** Where -0 and +0 are two: the key of values that the order of values tells apart. */
export const identityKey = (type: TypeIR, value: Value): unknown =>
  Object.is(value, -0) ? NEGATIVE_ZERO : equalityKey(type, value);

const NEGATIVE_ZERO = Symbol("-0");

function textOf(type: TypeIR, value: Value): string {
  if (value === null) return "null";
  if (value instanceof Uint8Array) return Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("");
  switch (type.kind) {
    case "list":
      return `[${(value as readonly Value[]).map((item) => textOf(type.element, item)).join()}]`;
    case "struct": {
      const fields = value as Readonly<Record<string, Value>>;
      return `{${type.fields.map((f) => textOf(f.type, fields[f.name] ?? null)).join()}}`;
    }
    case "vector":
      return `[${(value as readonly number[]).map((x) => String(x)).join()}]`;
    default:
      // String(-0) is "0".
      return typeof value === "string" ? JSON.stringify(value) : String(value);
  }
}
