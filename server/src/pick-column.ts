import { type TypeIR, toWire, type Value } from "@lockstep/core";
import type { Pick } from "./query-plan.js";

/** A column of structs, or of lists of them, with what is selected of each. */
export const pickColumn = (type: TypeIR, values: readonly Value[], pick: Pick): unknown[] =>
  values.map((value) => picked(type, value, pick));

function picked(type: TypeIR, value: Value, pick: Pick | null): unknown {
  if (value === null || pick === null) return toWire(type, value);
  if (type.kind === "list") return (value as readonly Value[]).map((item) => picked(type.element, item, pick));
  if (type.kind !== "struct") return toWire(type, value);
  const struct = value as Readonly<Record<string, Value>>;
  const out: Record<string, unknown> = Object.create(null);
  for (const field of pick) {
    const of = field.kind === "field" ? type.fields.find(({ name }) => name === field.name) : undefined;
    out[field.key] =
      field.kind === "typename" ? field.text : of ? picked(of.type, struct[field.name] ?? null, field.pick) : null;
  }
  return out;
}
