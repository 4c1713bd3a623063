import { compareValues, type TypeIR, typeName, type Value } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anyValue } from "../../core/test/values.js";
import { duckdb } from "../src/index.js";

const float64: TypeIR = { kind: "float64" };
const TYPES: readonly TypeIR[] = [
  float64,
  { kind: "string" },
  { kind: "bytes" },
  { kind: "decimal", precision: 9, scale: 2 },
  { kind: "list", element: { kind: "float32" } },
  { kind: "list", element: { kind: "list", element: { kind: "string" } } },
  { kind: "list", element: { kind: "struct", fields: [{ name: "x", type: float64 }] } },
];
/** What is no literal in an expression: only ties are settled by these. */
const UNWRITTEN: readonly TypeIR[] = [
  { kind: "vector", size: 2 },
  {
    kind: "struct",
    fields: [
      { name: "a b", type: { kind: "list", element: float64 } },
      { name: "c", type: { kind: "string" } },
    ],
  },
];

/** SQL for any value, nested ones too. */
function sqlOf(type: TypeIR, value: Value): string {
  if (value === null) return `NULL::${duckdb.type(type)}`;
  if (type.kind === "list")
    return `[${(value as Value[]).map((v) => sqlOf(type.element, v)).join(", ")}]::${duckdb.type(type)}`;
  if (type.kind === "vector")
    return `[${(value as number[]).map((v) => sqlOf({ kind: "float32" }, v)).join(", ")}]::${duckdb.type(type)}`;
  if (type.kind === "struct") {
    const fields = type.fields.map(
      (f) => `'${f.name}': ${sqlOf(f.type, (value as Record<string, Value>)[f.name] ?? null)}`,
    );
    return `{${fields.join(", ")}}::${duckdb.type(type)}`;
  }
  if (value instanceof Uint8Array) return duckdb.literal(type, Buffer.from(value).toString("base64"));
  return duckdb.literal(type, Object.is(value, -0) ? "-0" : String(value));
}

/** Few different values, so that many are equal but for a zero's sign or a null within. */
function awkward(type: TypeIR): fc.Arbitrary<Value> {
  switch (type.kind) {
    case "float32":
    case "float64":
      return fc.constantFrom(null, -0, 0, 1, Number.NaN, -Infinity);
    case "list":
      return fc.option(fc.array(awkward(type.element), { maxLength: 3 }));
    case "vector":
      return fc.option(fc.array(fc.constantFrom(-0, 0, 1, Number.NaN), { minLength: 2, maxLength: 2 }));
    case "struct":
      return fc.option(
        fc.record(Object.fromEntries(type.fields.map((f) => [f.name, awkward(f.type)])), { noNullPrototype: true }),
      );
    default:
      return fc.oneof(anyValue(type), fc.constantFrom(null));
  }
}

describe("the engine's order", () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.open({ threads: 1 });
  });
  afterAll(() => db.close());

  async function read(sql: string, type: TypeIR): Promise<Value[]> {
    const out: Value[] = [];
    for await (const chunk of db.chunks(sql)) {
      for (let i = 0; i < chunk.rows; i++) out.push(chunk.column(0, type).get(i));
    }
    return out;
  }
  const table = (type: TypeIR, values: readonly Value[]) =>
    `(SELECT * FROM (VALUES ${values.map((v) => `(${sqlOf(type, v)})`).join(", ")}) AS t(x))`;

  it.each([...TYPES, ...UNWRITTEN].map((type) => [typeName(type), type] as const))(
    "of %s is the contract's",
    async (_, type) => {
      await fc.assert(
        fc.asyncProperty(fc.array(awkward(type), { minLength: 2, maxLength: 12 }), async (values) => {
          const terms = duckdb.orderTerms(type, "x").map((term, i) => `${term} AS o${i}`);
          const by = terms.map((_term, i) => `o${i} NULLS FIRST`).join(", ");
          const sorted = await read(
            `SELECT x FROM (SELECT x, ${terms.join(", ")} FROM ${table(type, values)}) ORDER BY ${by}`,
            type,
          );
          expect(sorted).toStrictEqual([...values].sort((a, b) => compareValues(type, a, b)));
        }),
        { numRuns: 60 },
      );
    },
  );

  it.each(TYPES.map((type) => [typeName(type), type] as const))(
    "gives the least and the greatest of %s",
    async (_, type) => {
      await fc.assert(
        fc.asyncProperty(fc.array(awkward(type), { minLength: 1, maxLength: 12 }), async (values) => {
          const ordered = values.filter((v) => v !== null).sort((a, b) => compareValues(type, a, b));
          for (const [fn, expected] of [
            ["min", ordered[0]],
            ["max", ordered.at(-1)],
          ] as const) {
            const { collect, merge, store } = duckdb.partials[fn];
            const row = { argument: "i", at: "0", rank: "0" };
            const named = (columns: readonly string[]) => columns.map((c, i) => `${c} AS p${i}`).join(", ");
            const columns = Array.from({ length: duckdb.partials[fn].columns }, (_c, i) => `p${i}`);
            // A state for each of three groups, then one of all.
            const groups = `SELECT ${named(collect(row, { argument: type }, null))} FROM (SELECT ${duckdb.carry(type, "x")} AS i, row_number() OVER () % 3 AS g FROM ${table(type, values)}) GROUP BY g`;
            const merged = `SELECT ${named(merge(columns, { argument: type }, { filter: null, window: null }))} FROM (${groups})`;
            const [stored = ""] = store(columns, { argument: type });
            expect(await read(`SELECT ${duckdb.emit(type, stored)} FROM (${merged})`, type)).toStrictEqual([
              expected ?? null,
            ]);
          }
        }),
        { numRuns: 40 },
      );
    },
  );
});
