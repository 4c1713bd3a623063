import type { Type, Value } from "./values.js";

/** Section 2: two values are equal when their texts are; -0 = +0 and NaN = NaN. */
export function equalityText(type: Type, value: Value): string {
  if (value === null) return "null";
  switch (type.kind) {
    case "float32":
    case "float64":
      return value === 0 ? "0" : String(value as number);
    case "string":
      return JSON.stringify(value as string);
    case "bytes":
      return `x${Array.from(value as Uint8Array, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    case "list":
      return `[${(value as Value[]).map((item) => equalityText(type.element, item)).join(",")}]`;
    default:
      return String(value);
  }
}
