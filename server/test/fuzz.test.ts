import { expect, test } from "vitest";
import { type GraphQLSchema, parse } from "../src/graphql.js";
import { buildSchema, createHandler } from "../src/index.js";
import { everyType } from "./every-type.js";
import { fakeReader, healthy } from "./example.js";
import { random } from "./fuzz/random.js";
import { randomRequest } from "./fuzz/random-request.js";
import { wrongTypes } from "./fuzz/wrong-types.js";
import { HARD_VALUES } from "./hard-values.js";

const { LOCKSTEP_FUZZ_RUNS, LOCKSTEP_SEED } = process.env;
/** `npm run fuzz -- documents` draws ten times as many. */
const DOCUMENTS = Number(LOCKSTEP_FUZZ_RUNS ?? 1_000);
const SEED = Number(LOCKSTEP_SEED ?? Date.now() % 1_000_000);

const LEAKS = /node_modules|\bat \S+ \(|\.ts:\d|\.js:\d|\/work\/|\/home\/|TypeError|RangeError|ECONN|The server failed/;

/** Whether a service's rows or columns are in the answer, with something in them. */
const hasValues = (data: object): boolean =>
  Object.values(data).some((field) => /"\w*(rows":\[\{"|columns":\{.*:\[[^\]])/.test(JSON.stringify(field)));

type Ask = (body: string) => Promise<Response>;

/** Asks documents of a server's schema, and says how they were answered. Throws where one shows a mistake of the server's. */
async function fuzz(schema: GraphQLSchema, ask: Ask, documents: number, seed: number) {
  const seen = { answered: 0, refused: 0, values: 0 };
  for (let i = 0; i < documents; i++) {
    const { query, variables } = randomRequest(schema, random(seed + i));
    const which = `document ${i} of seed ${seed}: ${query} with ${JSON.stringify(variables)}`;
    // Twice: a document that has been seen may be answered another way.
    const texts = [];
    for (let again = 0; again < 2; again++) {
      const response = await ask(JSON.stringify({ query, variables }));
      const text = await response.text();
      expect(response.status, `${which}: ${text}`).toBeLessThan(500);
      expect(text, which).not.toMatch(LEAKS);
      texts.push(text);
    }
    expect(texts[1], which).toBe(texts[0]);
    const { data = null, errors = [] } = JSON.parse(texts[0] ?? "");
    for (const { message, extensions } of errors) {
      expect([typeof message, typeof extensions?.code], which).toEqual(["string", "string"]);
    }
    if (data === null) seen.refused++;
    else {
      seen.answered++;
      if (hasValues(data)) seen.values++;
      expect(wrongTypes(schema, parse(query), data), which).toEqual([]);
    }
  }
  return seen;
}

const schema = buildSchema(everyType);
const reader = fakeReader(everyType, (column, _row, index) => {
  const values = HARD_VALUES[index % HARD_VALUES.length] as Readonly<Record<string, never>>;
  return { value: values[column.slice("every__".length)] ?? null };
});

function server(lines: string[] = []): Ask {
  const handler = createHandler({ reader, repo: everyType, health: healthy, log: (line) => lines.push(line) });
  const headers = { "content-type": "application/json" };
  return (body) => handler.fetch("http://test/graphql", { method: "POST", headers, body });
}

test(`${DOCUMENTS} documents: never a crash, a leak of internals, or a wrong type (seed ${SEED})`, async () => {
  const lines: string[] = [];
  const { answered, values, refused } = await fuzz(schema, server(lines), DOCUMENTS, SEED);
  expect(lines).toEqual([]);
  // A fuzz of which nearly nothing is answered, or no value read, or nothing refused, would find nothing.
  expect(answered).toBeGreaterThan(DOCUMENTS / 3);
  expect(values).toBeGreaterThan(DOCUMENTS / 8);
  expect(refused).toBeGreaterThan(DOCUMENTS / 10);
}, 600_000);

/** What a server might get wrong, done to the texts of a good one. */
const MISTAKES: readonly (readonly [what: string, change: (text: string, asked: number) => string])[] = [
  ["a stack in a message", (text) => text.replace('"message":"', '"message":"at f (/srv/a.js:1:2) ')],
  ["an error without a code", (text) => text.replace(/"code":"\w+"/, '"code":1')],
  ["an instant as a number", (text) => text.replace(/"2001-03-01T12:00:00\.0+\d*Z"/, "983448000")],
  ["a list as a text", (text) => text.replace(/:\[\{"/, ':"x","_":[{"')],
  ["null where none may be", (text) => text.replace(/"\w*name":"\w+"/, '"name":null')],
  ["another answer the second time", (text, asked) => (asked % 2 === 0 ? text : `${text} `)],
];

test.each(MISTAKES)("the fuzz sees %s", async (_, change) => {
  const ask = server();
  let asked = 0;
  const mistaken: Ask = async (body) => {
    const response = await ask(body);
    return new Response(change(await response.text(), asked++), { status: response.status });
  };
  await expect(fuzz(schema, mistaken, 300, 1)).rejects.toThrow(/document \d+ of seed 1/);
});

test("the fuzz sees a crash", async () => {
  await expect(fuzz(schema, async () => new Response("{}", { status: 500 }), 1, 1)).rejects.toThrow("document 0");
});
