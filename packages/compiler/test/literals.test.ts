import { type TypeIR, toWire, typeName, type Value } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anyValue, EVERY_TYPE } from "../../core/test/values.js";
import { duckdb } from "../src/index.js";

// Structs, vectors and JSON have no order, so no expression can meet a literal of them; nor can int128 and duration.
const literalTypes: readonly TypeIR[] = [
  ...EVERY_TYPE.filter((t) => !["struct", "vector", "json", "int128", "duration"].includes(t.kind)),
  { kind: "list", element: { kind: "string" } },
  { kind: "list", element: { kind: "bytes" } },
  { kind: "list", element: { kind: "date" } },
];

/** The engine's timestamps end a few hours before int64 does. */
const LATEST = 9_223_372_022_399_999_999n;
const valuesOf = (type: TypeIR): fc.Arbitrary<Value> =>
  type.kind === "timestamp" ? fc.option(fc.bigInt({ min: -LATEST, max: LATEST })) : anyValue(type);

describe("a literal", () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.open({ threads: 1 });
  });
  afterAll(() => db.close());

  it.each(literalTypes.map((type) => [typeName(type), type] as const))(
    "of %s is the value in the engine",
    async (_, type: TypeIR) => {
      await fc.assert(
        fc.asyncProperty(fc.array(valuesOf(type), { minLength: 1, maxLength: 20 }), async (values) => {
          const texts = values.map((v) => {
            const wire = toWire(type, v);
            return v === null ? null : typeof wire === "string" ? wire : JSON.stringify(wire);
          });
          const rows = texts.map((text) => `(${duckdb.literal(type, text)})`).join(", ");
          const read: unknown[] = [];
          for await (const chunk of db.chunks(`SELECT * FROM (VALUES ${rows})`)) {
            const column = chunk.column(0, type);
            for (let i = 0; i < chunk.rows; i++) read.push(column.get(i));
          }
          expect(read).toStrictEqual(values);
        }),
        { numRuns: 50 },
      );
    },
  );
});
