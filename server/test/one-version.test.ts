import type { RepoIR } from "@lockstep/core";
import type { Serving } from "@lockstep/online";
import { expect, test } from "vitest";
import { createHandler, type HandlerOptions } from "../src/index.js";
import { example, fakeReader, healthy } from "./example.js";

const servingOf = (version: number, repo: RepoIR): Serving => ({
  repo,
  computations: new Map(),
  generations: new Map(),
  version,
});

/** Asks while every look at what is served finds the next version. */
async function asked(path: string, body: object, look: (serving: Serving) => Serving | Promise<Serving>) {
  let looks = 0;
  const reader = fakeReader(example, () => ({ value: 1n }));
  const repo: HandlerOptions["repo"] = () => look(servingOf(++looks, { ...example }));
  const handler = createHandler({ reader, repo, health: healthy, log: () => {} });
  const response = await handler.fetch(`http://test${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  await response.text();
  return { looks, read: reader.calls.map(({ options }) => options?.serving?.version) };
}

const FIELD = `flight_delay(entities: [{origin: "ORD"}]) { rows { dest { flights_1d } } }`;
const QUERIES: readonly (readonly [what: string, path: string, body: object])[] = [
  ["a planned document", "/graphql", { query: `{ a: ${FIELD} b: ${FIELD} }` }],
  ["a document of Yoga's", "/graphql", { query: `{ a: ${FIELD} b: ${FIELD} __schema { queryType { name } } }` }],
  [
    "/features",
    "/features",
    { service: "flight_delay", entities: [{ origin: "ORD" }], features: ["dest__flights_1d"] },
  ],
  ["/get-online-features", "/get-online-features", { features: ["dest:flights_1d"], entities: { origin: ["ORD"] } }],
];

test.each(QUERIES)("%s is of one version, its schema and all of its reads", async (_, path, body) => {
  for (const look of [(s: Serving) => s, async (s: Serving) => s]) {
    const { looks, read } = await asked(path, body, look);
    expect(looks).toBe(1);
    expect(new Set(read)).toEqual(new Set([1]));
  }
});
