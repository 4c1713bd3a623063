import { FIRST_INSTANT, isFiniteInstant } from "./evaluate-time.js";
import type { NamedType } from "./ir.js";
import { typeName } from "./types.js";
import { shown, tryFromWire, type Value } from "./wire.js";

/** A value of a source's column from JSON, or as Arrow has it: null where there is none; or what is wrong with it. */
export function columnValue(
  { name, type }: NamedType,
  raw: unknown,
): { readonly value: Value } | { readonly wrong: string } {
  const value = tryFromWire(type, raw);
  const wrong = (what: string) => ({ wrong: `column '${name}': ${shown(raw)} ${what}` });
  if (value === undefined || !isUnicode(value)) return wrong(`is not a ${typeName(type)}`);
  if (type.kind !== "timestamp" || value === null) return { value };
  // A day read as an instant would pass for known at that day's midnight.
  if (typeof raw === "string" && !raw.includes(":")) return wrong("is a day and no instant: give the time of day too");
  const at = value as bigint;
  if (at >= FIRST_INSTANT || !isFiniteInstant(at)) return { value };
  return wrong("lies before all instants that the engine has");
}

/** Text that holds half of a surrogate pair has no UTF-8. */
const isUnicode = (value: Value): boolean => {
  if (typeof value === "string") return !/\p{Surrogate}/u.test(value);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return true;
  return Object.values(value).every(isUnicode);
};
