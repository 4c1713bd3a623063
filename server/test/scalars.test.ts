import { type NamedType, toWire, type Value } from "@lockstep/core";
import { expect, test } from "vitest";
import { createHandler } from "../src/index.js";
import { ask } from "./ask.js";
import { everyType } from "./every-type.js";
import { fakeReader, healthy } from "./example.js";
import { HARD_VALUES } from "./hard-values.js";

const inputs = everyType.services[0]?.inputs ?? [];
const FIELDS = `a_bool an_int32 an_int64 a_float32 a_float64 a_decimal a_string some_bytes a_date a_timestamp some_json
  a_list a_vector a_struct { city visits seen } some_structs { n }`;
const READ = `query ($entities: [EverythingEntity!]!) { everything(entities: $entities) { rows { every { ${FIELDS} } } } }`;

/** Answers every feature with the request field of its name. */
const reader = fakeReader(everyType, (column, row) => ({
  value: column.startsWith("every__") ? ((row[column.slice(7)] ?? null) as Value) : true,
}));
const handler = createHandler({ reader, repo: everyType, health: healthy, log: () => {} });

const wire = (row: Readonly<Record<string, Value>>, of: readonly NamedType[]) =>
  Object.fromEntries(of.filter((i) => i.name in row).map((i) => [i.name, toWire(i.type, row[i.name] ?? null)]));

const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
};

test.each(HARD_VALUES.map((row, index) => [index, row] as const))("values %i arrive as they left", async (_, row) => {
  const { data, errors } = await ask(handler, READ, { entities: [{ id: "1", region: "x", ...wire(row, inputs) }] });
  expect(errors).toEqual([]);
  expect(plain(reader.calls.at(-1)?.rows[0])).toEqual({ id: 1n, region: "x", ...row });
  expect(data.everything.rows[0].every).toEqual(wire(row, inputs));
});

test.each([
  ["an_int64", "9007199254740993", 9007199254740993n],
  ["an_int64", '"-9223372036854775808"', -9223372036854775808n],
  ["an_int64", "12", 12n],
  ["a_float64", "-0", -0],
  ["a_float64", "1.5e300", 1.5e300],
  ["a_float64", '"NaN"', Number.NaN],
  ["a_decimal", "12345678901234567890.1234", "12345678901234567890.1234"],
  ["a_decimal", '"1.50"', "1.50"],
  ["a_vector", "[1, -0, 2.5]", [1, -0, 2.5]],
  ["a_timestamp", '"2001-03-01T12:00:00.0000019Z"', 983448000000001n],
])("written in a query: %s %s", async (field, text, value) => {
  const { errors } = await ask(handler, `{ everything(entities: [{${field}: ${text}}]) { rows { echo { fine } } } }`);
  expect(errors).toEqual([]);
  expect(reader.calls.at(-1)?.rows[0]?.[field]).toEqual(value);
});

test.each([
  ["an_int64", 9007199254740992, "Int64"],
  ["an_int64", "9223372036854775808", "Int64"],
  ["an_int64", 1.5, "Int64"],
  ["a_float64", "1,5", "Float64"],
  ["a_decimal", 0.1, "Decimal"],
  ["some_bytes", "é", "Bytes"],
  ["a_date", "2001-02-29", "Date"],
  ["a_timestamp", 983448000000001, "Timestamp"],
  ["a_vector", "1", "Vector"],
  ["some_json", { a: 1 }, "Json"],
])("refused: %s %j", async (field, value, place) => {
  const { errors } = await ask(handler, READ, { entities: [{ [field]: value }] });
  expect(errors).toHaveLength(1);
  expect(errors[0]?.extensions).toMatchObject({ code: "VALUE_INVALID", place, mend: expect.any(String) });
  expect(errors[0]?.message).toContain(`entities[0].${field}`);
});

test.each([
  ["a_timestamp", "5"],
  ["a_date", "20010301"],
  ["an_int64", "true"],
  ["an_int64", '"x"'],
])("refused in a query: %s %s", async (field, text) => {
  const { errors } = await ask(handler, `{ everything(entities: [{${field}: ${text}}]) { t } }`);
  expect(errors.map((e) => e.extensions["code"])).toEqual(["VALUE_INVALID"]);
});
