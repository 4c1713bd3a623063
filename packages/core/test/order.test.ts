import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareValues as oracle, type Type } from "../../../test/oracle/index.js";
import { compareValues, type TypeIR, typeName, type Value } from "../src/index.js";
import { anyValue, EVERY_TYPE } from "./values.js";

const inTheOracle = EVERY_TYPE.filter((t) => !["vector", "struct", "json", "duration", "int128"].includes(t.kind));

describe("the order of values", () => {
  it.each(inTheOracle.map((type) => [typeName(type), type] as const))("of %s is the oracle's", (_, type) => {
    fc.assert(
      fc.property(anyValue(type), anyValue(type), (a, b) => {
        const expected = oracle(type as Type, a as never, b as never);
        expect(Math.sign(compareValues(type, a, b))).toBe(Math.sign(expected));
        expect(compareValues(type, a, a)).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, TypeIR, Value[]]>([
    ["floats", { kind: "float64" }, [null, -Infinity, -1, -0, 0, 5e-324, Infinity, Number.NaN]],
    ["text, by UTF-8 bytes", { kind: "string" }, [null, "", "a", "aa", "b", "é", "\ue000", "\uffff", "\u{1F600}"]],
    ["lists, element by element", { kind: "list", element: { kind: "int32" } }, [null, [], [null], [1], [1, 0], [2]]],
    ["bools", { kind: "bool" }, [null, false, true]],
    ["decimals", { kind: "decimal", precision: 9, scale: 2 }, [null, "-10.00", "-9.00", "0.00", "9.00", "10.00"]],
    ["days", { kind: "date" }, [null, "-000002-01-01", "-000001-01-01", "0001-01-01", "9999-12-31", "+010000-01-01"]],
    ["bytes", { kind: "bytes" }, [null, new Uint8Array(), new Uint8Array([1]), new Uint8Array([255])]],
    ["vectors", { kind: "vector", size: 1 }, [null, [-0], [0], [Number.NaN]]],
    [
      "structs, field by field",
      { kind: "struct", fields: ["a", "b"].map((name) => ({ name, type: { kind: "int32" } })) },
      [null, { a: null, b: 9 }, { a: 1, b: 2 }, { a: 1, b: 3 }, { a: 2, b: 0 }],
    ],
  ])("puts %s in their order", (_, type, ordered) => {
    fc.assert(
      fc.property(fc.shuffledSubarray(ordered, { minLength: ordered.length }), (shuffled) => {
        expect([...shuffled].sort((a, b) => compareValues(type, a, b))).toStrictEqual(ordered);
      }),
    );
  });
});
