import { formatInstant, type Instant, type TypeIR, toWire, type Value, type Wire } from "@lockstep/core";

/** Kinds whose values are their own JSON. */
const AS_IS = new Set<TypeIR["kind"]>(["bool", "int32", "decimal", "string", "json", "date"]);

/** A column's values as JSON has them: the same list where nothing differs. */
export function wireColumn(type: TypeIR, values: readonly Value[]): readonly Wire[] {
  if (AS_IS.has(type.kind)) return values as readonly Wire[];
  if (type.kind === "float64" || type.kind === "float32") {
    for (const value of values) if (!isPlain(value)) return values.map((value) => toWire(type, value));
    return values as readonly Wire[];
  }
  return values.map((value) => toWire(type, value));
}

/** A float that is a JSON number, or null. */
const isPlain = (value: Value): boolean => value === null || (Number.isFinite(value) && !Object.is(value, -0));

/** Many of a column's instants are the same one: a view's features share their winners. */
export function wireInstants(instants: readonly (Instant | null)[]): readonly (string | null)[] {
  let last: Instant | null = null;
  let text = "";
  return instants.map((at) => {
    if (at === null) return null;
    if (at !== last) {
      last = at;
      text = formatInstant(at);
    }
    return text;
  });
}
