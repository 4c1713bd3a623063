import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalText, decimalUnscaled, fromWire, type TypeIR, toWire, tryFromWire, typeName } from "../src/index.js";
import { anyValue, EVERY_TYPE } from "./values.js";

describe("a value's wire form", () => {
  it.each(EVERY_TYPE.map((type) => [typeName(type), type] as const))(
    "of %s survives JSON with every bit",
    (_, type) => {
      fc.assert(
        fc.property(anyValue(type), (value) => {
          const wire: unknown = JSON.parse(JSON.stringify(toWire(type, value)));
          expect(tryFromWire(type, wire)).toStrictEqual(value);
        }),
      );
    },
  );

  it("is text where JSON's numbers would round", () => {
    expect(toWire({ kind: "int64" }, 2n ** 53n + 1n)).toBe("9007199254740993");
    expect(toWire({ kind: "int64" }, 1n)).toBe("1");
    expect(toWire({ kind: "int32" }, 7)).toBe(7);
    expect(toWire({ kind: "float64" }, Number.NaN)).toBe("NaN");
    expect(toWire({ kind: "float64" }, -Infinity)).toBe("-Infinity");
    expect(toWire({ kind: "float64" }, -0)).toBe("-0");
    expect(toWire({ kind: "float64" }, 0)).toBe(0);
    expect(toWire({ kind: "timestamp" }, -1n)).toBe("1969-12-31T23:59:59.999999Z");
    expect(toWire({ kind: "bytes" }, new Uint8Array([0, 255]))).toBe("AP8=");
    expect(toWire({ kind: "vector", size: 2 }, [-0, Infinity])).toEqual(["-0", "Infinity"]);
  });
});

const decimal: TypeIR = { kind: "decimal", precision: 5, scale: 2 };
const struct: TypeIR = { kind: "struct", fields: [{ name: "n", type: { kind: "int32" } }] };

describe("looser forms that people write", () => {
  it.each<[string, TypeIR, unknown, unknown]>([
    ["a number for an int64", { kind: "int64" }, 5, 5n],
    ["text for an int32", { kind: "int32" }, "-5", -5],
    ["a bigint for an int32", { kind: "int32" }, 5n, 5],
    ["a number for a decimal", decimal, 1.5, "1.50"],
    ["an integer for a decimal", decimal, 3n, "3.00"],
    ["a decimal's zeros beyond its scale", decimal, "1.5000", "1.50"],
    ["a negative zero of a decimal", decimal, "-0.00", "0.00"],
    ["text for a float", { kind: "float64" }, "1.5e3", 1500],
    ["a float64 for a float32", { kind: "float32" }, 0.1, Math.fround(0.1)],
    ["an instant with a zone", { kind: "timestamp" }, "1970-01-01T01:00+01:00", 0n],
    ["an absent value", { kind: "int64" }, undefined, null],
    ["a field left out", struct, {}, { n: null }],
    ["a field too many", struct, { n: 1, m: 2 }, { n: 1 }],
    ["a typed array for a vector", { kind: "vector", size: 2 }, new Float32Array([1, 2]), [1, 2]],
  ])("%s", (_, type, given, value) => {
    expect(fromWire(type, given, "here")).toStrictEqual(value);
  });
});

describe("what is refused", () => {
  it.each<[TypeIR, unknown]>([
    [{ kind: "bool" }, 1],
    [{ kind: "bool" }, "true"],
    [{ kind: "int32" }, 2 ** 31],
    [{ kind: "int32" }, 1.5],
    [{ kind: "int32" }, "1.0"],
    [{ kind: "int64" }, 2 ** 53],
    [{ kind: "int64" }, 2n ** 63n],
    [{ kind: "int64" }, "9223372036854775808"],
    [{ kind: "int64" }, "0x10"],
    [{ kind: "int64" }, ""],
    [{ kind: "int64" }, true],
    [{ kind: "float64" }, "one"],
    [{ kind: "float64" }, ""],
    [{ kind: "float64" }, " 1"],
    [decimal, "1000.00"],
    [decimal, "1.005"],
    [decimal, "1e2"],
    [decimal, Number.NaN],
    [{ kind: "string" }, 5],
    [{ kind: "json" }, {}],
    [{ kind: "bytes" }, "not base64!"],
    [{ kind: "bytes" }, "AAA"],
    [{ kind: "date" }, "2001-02-29"],
    [{ kind: "date" }, "2001-03-01T00:00:00Z"],
    [{ kind: "date" }, 11_382],
    [{ kind: "timestamp" }, 0],
    [{ kind: "timestamp" }, 2n ** 63n],
    [{ kind: "timestamp" }, "yesterday"],
    [{ kind: "list", element: { kind: "int64" } }, ["a"]],
    [{ kind: "list", element: { kind: "int64" } }, "1"],
    [{ kind: "vector", size: 2 }, [1]],
    [{ kind: "vector", size: 2 }, [1, null]],
    [struct, [1]],
    [struct, { n: "x" }],
  ])("as %o: %o", (type, given) => {
    expect(tryFromWire(type, given)).toBeUndefined();
  });

  it("names the place, what came, the type, and what to give", () => {
    expect(() => fromWire({ kind: "int64" }, 2 ** 53, "row 3, 'n'")).toThrow(
      "VALUE_INVALID at row 3, 'n': 9007199254740992 is not a int64; give a whole number within 64 bits, as text beyond 2^53, or null",
    );
    expect(() => fromWire(decimal, 5n ** 9n, "x")).toThrow("1953125n is not a decimal(5,2)");
    expect(() => fromWire({ kind: "int32" }, "y".repeat(100), "x")).toThrow(`"${"y".repeat(56)}... is not a int32`);
  });
});

describe("a decimal's text", () => {
  it("is its unscaled integer, both ways", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), fc.nat(38), (unscaled, scale) => {
        expect(decimalUnscaled(decimalText(unscaled, scale))).toBe(unscaled);
      }),
    );
    expect(decimalText(-5n, 2)).toBe("-0.05");
    expect(decimalText(1250n, 0)).toBe("1250");
  });
});
