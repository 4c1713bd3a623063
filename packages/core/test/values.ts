import fc from "fast-check";
import { decimalText, formatDays, type TypeIR, type Value } from "../src/index.js";

const float = (): fc.Arbitrary<number> =>
  fc.oneof(fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0, 5e-324), fc.double());

const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("", "a", "é", "\u{1F600}", "\uffff", "\u{10000}", "\ue000", "x\u0000y"),
);

/** Any value of a type, null too. */
export function anyValue(type: TypeIR): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 9, arbitrary: presentOf(type) });
}

function presentOf(type: TypeIR): fc.Arbitrary<Value> {
  switch (type.kind) {
    case "bool":
      return fc.boolean();
    case "int32":
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    case "int64":
    case "duration":
    case "timestamp":
      return fc.oneof(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.constantFrom(2n ** 53n + 1n, -(2n ** 63n)),
      );
    case "int128":
      return fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n });
    case "float32":
      return float().map(Math.fround);
    case "float64":
      return float();
    case "decimal": {
      const most = 10n ** BigInt(type.precision) - 1n;
      return fc.bigInt({ min: -most, max: most }).map((unscaled) => decimalText(unscaled, type.scale));
    }
    case "string":
    case "json":
      return text;
    case "bytes":
      return fc.uint8Array({ maxLength: 20 });
    case "date":
      return fc
        .oneof(fc.integer({ min: -1_000_000, max: 4_000_000 }), fc.integer({ min: -20, max: 20 }))
        .map(formatDays);
    case "list":
      return fc.array(anyValue(type.element), { maxLength: 4 });
    case "vector":
      return fc.array(float().map(Math.fround), { minLength: type.size, maxLength: type.size });
    case "struct":
      return fc.record(Object.fromEntries(type.fields.map((f) => [f.name, anyValue(f.type)])), {
        noNullPrototype: true,
      });
  }
}

/** A type of every kind, and some nested ones. */
export const EVERY_TYPE: readonly TypeIR[] = [
  { kind: "bool" },
  { kind: "int32" },
  { kind: "int64" },
  { kind: "float32" },
  { kind: "float64" },
  { kind: "decimal", precision: 4, scale: 0 },
  { kind: "decimal", precision: 9, scale: 2 },
  { kind: "decimal", precision: 38, scale: 38 },
  { kind: "string" },
  { kind: "bytes" },
  { kind: "date" },
  { kind: "timestamp" },
  { kind: "json" },
  { kind: "list", element: { kind: "int64" } },
  { kind: "list", element: { kind: "list", element: { kind: "float64" } } },
  { kind: "vector", size: 3 },
  {
    kind: "struct",
    fields: [
      { name: "when", type: { kind: "timestamp" } },
      { name: "amount", type: { kind: "decimal", precision: 9, scale: 2 } },
      { name: "parts", type: { kind: "list", element: { kind: "bytes" } } },
    ],
  },
  { kind: "duration" },
  { kind: "int128" },
];
