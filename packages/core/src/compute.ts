import type { Instant } from "./instant.js";
import type { NamedType } from "./ir.js";
import type { OnDemand } from "./on-demand.js";
import { typeName } from "./types.js";
import { tryFromWire, type Value } from "./wire.js";

/** An output's value, or why there is none. */
export type Computed = { readonly value: Value } | { readonly failure: string };

/**
 * Runs an on-demand function on one row, offline and online alike: an outcome for each output, checked against its
 * type. The function gets copies of lists and bytes, because it may sort what it is given.
 */
export function computeOnDemand(
  compute: OnDemand["compute"],
  outputs: readonly NamedType[],
  inputs: Readonly<Record<string, Value>>,
  t: Instant,
): readonly Computed[] {
  const own = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, copyOf(value)]));
  let result: unknown;
  try {
    result = compute(own as never, { t });
  } catch (error) {
    const failure = { failure: `it failed: ${reason(error)}` };
    return outputs.map(() => failure);
  }
  if (typeof result !== "object" || result === null || "then" in result) {
    const failure = { failure: "it must give an object with its outputs, synchronously" };
    return outputs.map(() => failure);
  }
  return outputs.map(({ name, type }) => {
    const value = tryFromWire(type, (result as Record<string, unknown>)[name]);
    return value === undefined ? { failure: `its output '${name}' is not a ${typeName(type)}` } : { value };
  });
}

const copyOf = (value: Value): Value => {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map(copyOf);
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, copyOf(v)]));
};

/** What an error says, never where: a stack is nobody else's business. */
function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : typeof error === "string" ? error : "it threw no error";
  return text.split("\n", 1)[0]?.slice(0, 200) ?? "";
}
