import type { Answer } from "./feature.js";
import type { Type, Value } from "./values.js";

/** Identical bits (NaN is NaN, -0 is not +0), or within the answer's tolerance. */
export function sameValue(type: Type, expected: Answer, actual: Value): boolean {
  if (identical(type, expected.value, actual)) return true;
  const { value, tolerance } = expected;
  if (tolerance === undefined || typeof value !== "number" || typeof actual !== "number") return false;
  return Number.isFinite(value) && Math.abs(value - actual) <= tolerance;
}

function identical(type: Type, a: Value, b: Value): boolean {
  if (type.kind === "list" && Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => identical(type.element, item, b[i] as Value));
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }
  return Object.is(a, b);
}
