import { compareValues, type TypeIR, type Value } from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { type Value as OracleValue, compareValues as oracle, type Type } from "../oracle/index.js";

/** Section 2's order of values, ascending. Text goes by UTF-8 bytes, where UTF-16 units differ. */
const ASCENDING: readonly { readonly type: TypeIR; readonly values: readonly Value[] }[] = [
  { type: { kind: "bool" }, values: [null, false, true] },
  { type: { kind: "int64" }, values: [null, -(2n ** 63n), -1n, 0n, 2n ** 53n, 2n ** 53n + 1n] },
  { type: { kind: "float64" }, values: [null, -Infinity, -1, -0, 0, 5e-324, 1, Infinity, Number.NaN] },
  { type: { kind: "string" }, values: [null, "", "A", "a", "a\0", "aa", "\u00e9", "\uffff", "\u{1F600}"] },
  { type: { kind: "decimal", precision: 9, scale: 2 }, values: [null, "-10.00", "-9.99", "0.00", "9.99", "10.00"] },
  { type: { kind: "list", element: { kind: "int64" } }, values: [null, [], [null], [1n], [1n, 0n], [2n]] },
];

describe.each(ASCENDING)("values of $type.kind", ({ type, values }) => {
  it("have the order that the contract gives them, in the product and in the oracle", () => {
    for (const [i, a] of values.entries()) {
      for (const [j, b] of values.entries()) {
        const found = [compareValues(type, a, b), oracle(type as Type, a as OracleValue, b as OracleValue)];
        expect([i, j, ...found.map(Math.sign)]).toEqual([i, j, Math.sign(i - j), Math.sign(i - j)]);
      }
    }
  });
});
