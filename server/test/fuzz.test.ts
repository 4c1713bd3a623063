import { expect, test } from "vitest";
import { parse } from "../src/graphql.js";
import { buildSchema, createHandler } from "../src/index.js";
import { everyType } from "./every-type.js";
import { fakeReader, healthy } from "./example.js";
import { random } from "./fuzz/random.js";
import { randomRequest } from "./fuzz/random-request.js";
import { wrongTypes } from "./fuzz/wrong-types.js";
import { HARD_VALUES } from "./hard-values.js";

/** `FUZZ_DOCUMENTS=10000 FUZZ_SEED=7 npx vitest run server/test/fuzz.test.ts` */
const DOCUMENTS = Number(process.env["FUZZ_DOCUMENTS"] ?? 1_000);
const SEED = Number(process.env["FUZZ_SEED"] ?? Date.now() % 1_000_000);

const LEAKS = /node_modules|\bat \S+ \(|\.ts:\d|\.js:\d|\/work\/|\/home\/|TypeError|RangeError|ECONN|The server failed/;

/** Whether a service's rows are in the answer, with something in them. */
const hasRows = (data: object): boolean =>
  Object.values(data).some((field) => /"\w*rows":\[\{"/.test(JSON.stringify(field)));

test(`${DOCUMENTS} documents: never a crash, a leak of internals, or a wrong type (seed ${SEED})`, async () => {
  const schema = buildSchema(everyType);
  const lines: string[] = [];
  const reader = fakeReader(everyType, (column, _row, index) => {
    const values = HARD_VALUES[index % HARD_VALUES.length] as Readonly<Record<string, never>>;
    return { value: values[column.slice("every__".length)] ?? null };
  });
  const handler = createHandler({ reader, repo: everyType, health: healthy, log: (line) => lines.push(line) });
  const seen = { answered: 0, refused: 0, values: 0 };
  for (let i = 0; i < DOCUMENTS; i++) {
    const { query, variables } = randomRequest(schema, random(SEED + i));
    const which = `document ${i} of seed ${SEED}: ${query} with ${JSON.stringify(variables)}`;
    // Twice: a document that has been seen may be answered another way.
    const texts = [];
    for (let again = 0; again < 2; again++) {
      const response = await handler.fetch("http://test/graphql", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
      });
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
      if (hasRows(data)) seen.values++;
      expect(wrongTypes(schema, parse(query), data), which).toEqual([]);
    }
  }
  expect(lines).toEqual([]);
  // A fuzz of which nearly nothing is answered, or no value read, or nothing refused, would find nothing.
  expect(seen.answered).toBeGreaterThan(DOCUMENTS / 3);
  expect(seen.values).toBeGreaterThan(DOCUMENTS / 8);
  expect(seen.refused).toBeGreaterThan(DOCUMENTS / 10);
}, 600_000);
