import { TYPE_TABLE, type TypeIR, type Value } from "@lockstep/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeKey, encodeKey } from "../src/keys.js";
import { valueFor } from "./arbitraries.js";

const DECIMAL: TypeIR = { kind: "decimal", precision: 38, scale: 4 };
const KEY_TYPES: readonly TypeIR[] = [
  ...(["bool", "int32", "int64", "string", "bytes", "date", "timestamp"] as const).map((kind): TypeIR => ({ kind })),
  DECIMAL,
];
const hex = (bytes: Uint8Array | null) => Buffer.from(bytes as Uint8Array).toString("hex");
const text: TypeIR = { kind: "string" };

const typesOf = fc.array(fc.constantFrom(...KEY_TYPES), { maxLength: 4 });
const partsOf = (types: readonly TypeIR[]) => fc.tuple(...types.map(valueFor));
const entityOf = fc.constantFrom("a", "ab", "b", "airport", "");

describe("a key's bytes", () => {
  it("are there for every type that may be a key", () => {
    expect(new Set(KEY_TYPES.map((type) => type.kind))).toEqual(
      new Set(Object.entries(TYPE_TABLE).flatMap(([kind, row]) => (row.key ? [kind] : []))),
    );
  });

  it("give back the key", () => {
    const cases = typesOf.chain((types) => fc.tuple(fc.constant(types), entityOf, partsOf(types)));
    fc.assert(
      fc.property(cases, ([types, entity, parts]) => {
        const key = encodeKey(entity, types, parts);
        expect(decodeKey(key as Uint8Array, entity, types)).toStrictEqual(parts);
      }),
      { numRuns: 2000 },
    );
  });

  it("differ where keys or entities do", () => {
    const keyed = fc.tuple(
      entityOf,
      fc.array(fc.constantFrom("", "a", "b", "ab", "c", "\u0001", "\u0001a"), { maxLength: 3 }),
    );
    fc.assert(
      fc.property(keyed, keyed, ([entityA, a], [entityB, b]) => {
        const [x, y] = [
          encodeKey(
            entityA,
            a.map(() => text),
            a,
          ),
          encodeKey(
            entityB,
            b.map(() => text),
            b,
          ),
        ];
        // An entity has one list of types, so lists of other lengths belong to other entities.
        if (entityA === entityB && a.length !== b.length) return;
        expect(hex(x) === hex(y)).toBe(entityA === entityB && JSON.stringify(a) === JSON.stringify(b));
      }),
      { numRuns: 5000 },
    );
  });

  it("are the same for the same value, however it is written", () => {
    expect(hex(encodeKey("e", [DECIMAL], ["12.5"]))).toBe(hex(encodeKey("e", [DECIMAL], ["12.5000"])));
    expect(hex(encodeKey("e", [{ kind: "int64" }], [7n]))).toBe(hex(encodeKey("e", [{ kind: "int64" }], [7])));
  });

  it("are null where a part is", () => {
    expect(encodeKey("e", [text, text], ["a", null])).toBeNull();
    expect(encodeKey("e", [text], [])).toBeNull();
    expect(encodeKey("e", [text], [""])).not.toBeNull();
    expect(encodeKey("", [], [])).not.toBeNull();
  });

  it.each<[string, TypeIR, Value]>([
    ["half of a surrogate pair", text, "\udc00"],
    ["a float", { kind: "float64" }, 1],
    ["a number too great", { kind: "int32" }, 2 ** 31],
    ["text for a bool", { kind: "bool" }, "true"],
  ])("refuse %s", (_what, type, value) => {
    expect(() => encodeKey("e", [type], [value])).toThrow(/KEY_INVALID|TEXT_INVALID/);
  });

  it("are KEY_CORRUPT where they are of another entity, cut off or too long", () => {
    const key = encodeKey("airport", [text], ["ORD"]) as Uint8Array;
    for (const [bytes, entity] of [
      [key, "air"],
      [key.slice(0, -1), "airport"],
      [Uint8Array.of(...key, 0), "airport"],
    ] as const) {
      expect(() => decodeKey(bytes, entity, [text])).toThrow("KEY_CORRUPT");
    }
  });
});
