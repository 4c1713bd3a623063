import type { TypeIR } from "./ir.js";
import { fromWire, toWire, type Value } from "./wire.js";

/** A value as the text that the IR holds, so that every literal is exact. */
export const literalText = (type: TypeIR, value: Value): string => {
  const wire = toWire(type, value);
  return typeof wire === "string" ? wire : JSON.stringify(wire);
};

/** The value of such a text. */
export function literalValue(type: TypeIR, text: string | null): Value {
  if (text === null) return null;
  const json = type.kind === "bool" || type.kind === "list" || type.kind === "vector" || type.kind === "struct";
  return fromWire(type, json ? JSON.parse(text) : text, "literal");
}
