import { expect, test } from "vitest";
import { createHandler, type Limits } from "../src/index.js";
import { nesting } from "../src/limits/parse-document.js";
import { ask } from "./ask.js";
import { example, fakeReader, healthy } from "./example.js";

const reader = fakeReader(example, () => ({ value: null }));
const handle = (limits: Partial<Limits> = {}, read = reader.read) =>
  createHandler({ reader: { read }, repo: example, health: healthy, log: () => {}, limits });

const refusal = async (limits: Partial<Limits>, query: string, variables = {}) => {
  const { errors, data } = await ask(handle(limits), query, variables);
  expect(Object.values(data ?? {}).filter((field) => field !== null)).toEqual([]);
  return errors.map((e) => [e.extensions["code"], e.message]);
};
const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ origin: `A${i}` }));
const MANY = `query ($e: [FlightDelayEntity!]!) { flight_delay(entities: $e) { rows { dest { flights_1d late_share_1d } } } }`;

test("depth, through fragments too; introspection is as deep as tools need", async () => {
  const query = "{ ...Q } fragment Q on Query { _catalog { ... { columns { name: column } } } }";
  expect(await refusal({ depth: 2 }, query)).toEqual([["LIMIT_DEPTH", "its fields are 3 deep, and 2 are allowed"]]);
  expect((await ask(handle({ depth: 3 }), query)).errors).toEqual([]);
  const deep = "{ __schema { types { fields { type { ofType { ofType { ofType { ofType { name } } } } } } } } }";
  expect((await ask(handle({ depth: 3 }), deep)).errors).toEqual([]);
});

test("aliases, fields and tokens", async () => {
  const aliases = Array.from({ length: 60 }, (_, i) => `a${i}: _catalog { name }`).join(" ");
  expect(await refusal({}, `{ ${aliases} }`)).toEqual([["LIMIT_ALIASES", "it has 60 aliases, and 50 are allowed"]]);
  expect(await refusal({ fields: 3 }, "{ _catalog { name name name } }")).toEqual([
    ["LIMIT_FIELDS", "it has 4 fields, and 3 are allowed"],
  ]);
  expect(await refusal({ tokens: 5 }, "{ _catalog { name name name } }")).toEqual([
    ["LIMIT_TOKENS", "its document has more than 5 words and signs, and no more are allowed"],
  ]);
});

test("brackets beyond what the stack can hold, but not those in texts", async () => {
  const nested = `{ flight_delay(entities: ${"[".repeat(7_000)}${"]".repeat(7_000)}) { t } }`;
  expect(await refusal({}, nested)).toEqual([["LIMIT_DEPTH", "its brackets are 7002 deep, and 200 are allowed"]]);
  expect(nesting('{ a(x: "{[(\\"[", y: """ [[ \\""" [[ """) # [[[\n { b } }')).toBe(2);
});

test("fragments that double one another are counted, not written out", async () => {
  const fragments = Array.from({ length: 60 }, (_, i) =>
    i === 0
      ? "fragment F0 on CatalogService { name a: name }"
      : `fragment F${i} on CatalogService { ...F${i - 1} ...F${i - 1} }`,
  );
  const codes = (await refusal({}, `{ _catalog { ...F59 } } ${fragments.join(" ")}`)).map(([code]) => code);
  expect(codes).toEqual(["LIMIT_ALIASES", "LIMIT_FIELDS"]);
});

test("a document that is too large for validation is refused before it", async () => {
  // Every two of the same field would be compared.
  const query = `{ _catalog { ${"name ".repeat(14_000)} } }`;
  expect((await refusal({}, query)).map(([code]) => code)).toEqual(["LIMIT_FIELDS"]);
  const circle = await ask(handle(), "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }");
  expect(circle.errors[0]?.extensions["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
});

test("entities and cost are of all fields together, and nothing is read beyond", async () => {
  const before = reader.calls.length;
  expect(await refusal({ entities: 3 }, MANY, { e: rows(4) })).toEqual([
    ["LIMIT_ENTITIES", "it asks for 4 entities, and 3 are allowed"],
  ]);
  expect(await refusal({ cost: 7 }, MANY, { e: rows(4) })).toEqual([
    ["LIMIT_COST", "it asks for 8 values (entities times columns), and 7 are allowed"],
  ]);
  const columns = MANY.replace("rows {", "columns {");
  expect(await refusal({ cost: 7 }, columns, { e: rows(4) })).toEqual([
    ["LIMIT_COST", "it asks for 8 values (entities times columns), and 7 are allowed"],
  ]);
  expect(reader.calls.length).toBe(before);
  const twice = `query ($e: [FlightDelayEntity!]!) {
    a: flight_delay(entities: $e) { rows { dest { flights_1d } } } b: flight_delay(entities: $e) { t } }`;
  const second = await ask(handle({ entities: 7 }), twice, { e: rows(4) });
  expect(second.errors.map((e) => [e.path, e.extensions["code"]])).toEqual([[["b"], "LIMIT_ENTITIES"]]);
  const whole =
    example.services[0]?.members.flatMap((m) => (m.kind === "view" ? m.features.map(String) : m.outputs.map(String)))
      .length ?? 0;
  const t = "{ flight_delay(entities: [{}]) { t } }";
  expect((await refusal({ cost: 1 }, t))[0]?.[1]).toMatch(`it asks for ${whole} values`);
});

test("10,000 keys are answered", async () => {
  const { data, errors } = await ask(handle(), MANY, { e: rows(10_000) });
  expect(errors).toEqual([]);
  expect(data.flight_delay.rows).toHaveLength(10_000);
});

test("a request that takes too long is 504", async () => {
  const { status, errors } = await ask(
    handle({ timeMs: 20 }, () => new Promise(() => {})),
    MANY,
    { e: rows(1) },
  );
  expect(status).toBe(504);
  expect(errors).toMatchObject([
    { message: "it took longer than the 20 ms that it may", extensions: { code: "LIMIT_TIME" } },
  ]);
});
