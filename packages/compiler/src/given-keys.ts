import { type TypeIR, toWire, type Value } from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { keyColumn } from "./lower/events.js";

/** A relation `k0, k1, ..` of these keys, of which there is at least one, and which have no nulls. */
export function givenKeysSql(dialect: Dialect, types: readonly TypeIR[], keys: readonly (readonly Value[])[]): string {
  const literal = (value: Value, i: number) => {
    const type = types[i] as TypeIR;
    return dialect.literal(type, value === null ? null : String(toWire(type, value)));
  };
  const rows = keys.map((key) => `(${key.map(literal).join(", ")})`);
  return `SELECT * FROM (VALUES ${rows.join(", ")}) q(${types.map((_, i) => keyColumn(i)).join(", ")})`;
}
