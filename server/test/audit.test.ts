import { serverAudits } from "graphql-http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningServer, startServer } from "../src/index.js";
import { example, fakeReader, healthy } from "./example.js";

let server: RunningServer;
beforeAll(async () => {
  const reader = fakeReader(example, () => ({ value: null }));
  server = await startServer({ reader, repo: example, health: healthy, host: "127.0.0.1", port: 0, log: () => {} });
});
afterAll(() => server.close());

/** What graphql-http audits of GraphQL over HTTP: https://graphql.github.io/graphql-over-http */
const audits = serverAudits({ url: () => `${server.url}/graphql`, fetchFn: fetch });

describe("GraphQL over HTTP", () => {
  test.each(audits.map((audit) => [audit.name, audit] as const))("%s", async (name, audit) => {
    const result = await audit.fn();
    if (name.startsWith("MUST")) expect(result).toMatchObject({ status: "ok" });
    // What SHOULD and MAY be is told, and not required.
    else expect(result.status).toMatch(/^(ok|warn|notice)$/);
  });

  test("there are audits of what MUST be", () => {
    expect(audits.filter((audit) => audit.name.startsWith("MUST")).length).toBeGreaterThan(10);
  });
});
