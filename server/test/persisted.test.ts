import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { until } from "../../test/support/until.js";
import { createHandler, startServer } from "../src/index.js";
import { documentHash, parsePersisted } from "../src/persisted/persisted-documents.js";
import { example, fakeReader, healthy } from "./example.js";

const QUERY = "query Names { _catalog { name } }";
const reader = fakeReader(example, () => ({ value: null }));
const documents = new Map([[documentHash(QUERY), QUERY]]);

function asker(only: boolean) {
  const options = { reader, repo: example, health: healthy, log: () => {} };
  const handler = createHandler({ ...options, persisted: { documents: () => documents, only } });
  return async (body: object) => {
    const response = await handler.fetch("http://test/graphql", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const { data, errors } = (await response.json()) as {
      data?: object;
      errors?: { extensions: { code: string } }[];
    };
    return data ?? [response.status, errors?.[0]?.extensions.code];
  };
}

const NAMES = { _catalog: [{ name: "flight_delay" }] };

test("a document by its hash, in Apollo's way and the draft's", async () => {
  const ask = asker(false);
  const sha256Hash = documentHash(QUERY);
  expect(await ask({ extensions: { persistedQuery: { version: 1, sha256Hash } } })).toEqual(NAMES);
  expect(await ask({ documentId: `sha256:${sha256Hash}` })).toEqual(NAMES);
  expect(await ask({ query: "{ _catalog { name } }" })).toEqual(NAMES);
  expect(await ask({ documentId: "sha256:00" })).toEqual([400, "PERSISTED_UNKNOWN"]);
});

test("an allow-list answers what is on it, by hash or text, and nothing else", async () => {
  const ask = asker(true);
  expect(await ask({ documentId: `sha256:${documentHash(QUERY)}` })).toEqual(NAMES);
  expect(await ask({ query: QUERY })).toEqual(NAMES);
  expect(await ask({ query: "{ _catalog { name } }" })).toEqual([403, "PERSISTED_ONLY"]);
  expect(await ask({ query: "{ __schema { queryType { name } } }" })).toEqual([403, "PERSISTED_ONLY"]);
  // A hash beside another text means the document of the hash.
  const other = { query: "{ __typename }", documentId: `sha256:${documentHash(QUERY)}` };
  expect(await ask(other)).toEqual(NAMES);
});

test("a list whose hashes are wrong is refused", () => {
  const parse = (content: unknown) => () => parsePersisted("list.json", Buffer.from(JSON.stringify(content)));
  expect(parse({ [documentHash(QUERY)]: QUERY })()).toEqual(documents);
  expect(parse({ [documentHash(QUERY)]: "{ other }" })).toThrow("is not the SHA-256 of its document");
  expect(parse([QUERY])).toThrow("PERSISTED_INVALID");
  expect(parse({ a: 1 })).toThrow("is not text");
});

test("the file is read again when it changes, and a bad one changes nothing", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "lockstep-persisted-")), "list.json");
  await writeFile(file, JSON.stringify({}));
  const lines: string[] = [];
  const server = await startServer({
    reader,
    repo: example,
    health: healthy,
    host: "127.0.0.1",
    port: 0,
    log: (line) => lines.push(line),
    persisted: { file, only: true },
    filesEveryMs: 20,
  });
  const status = async () =>
    (
      await fetch(`${server.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: QUERY }),
      })
    ).status;
  expect(await status()).toBe(403);
  await writeFile(file, JSON.stringify({ [documentHash(QUERY)]: QUERY }));
  await until(async () => expect(await status()).toBe(200));
  await writeFile(file, "{");
  await until(async () => expect(lines.join()).toContain("PERSISTED_INVALID"));
  expect(await status()).toBe(200);
  await server.close();
});
