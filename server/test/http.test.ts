import { expect, test } from "vitest";
import { createHandler, type HandlerOptions } from "../src/index.js";
import { ask } from "./ask.js";
import { example, fakeReader, healthy } from "./example.js";

const reader = fakeReader(example, () => ({ value: null }));
const handle = (more: Partial<HandlerOptions> = {}) =>
  createHandler({ reader, repo: example, health: healthy, log: () => {}, ...more });

const get = async (handler: ReturnType<typeof handle>, path: string, headers = {}) => {
  const response = await handler.fetch(`http://test${path}`, { headers });
  const text = await response.text();
  return { status: response.status, text };
};

test("healthz and readyz", async () => {
  expect(await get(handle(), "/healthz")).toEqual({ status: 200, text: '{"live":true}\n' });
  const ready = await get(handle(), "/readyz");
  expect(ready.status).toBe(200);
  expect(JSON.parse(ready.text)).toEqual({
    ready: true,
    registry: { ok: true, version: 1 },
    store: { ok: true, kind: "lmdb" },
    views: [{ view: "origin_delays", watermark: "2001-03-01T12:00:00.000000Z", fresh: true }],
  });
});

test("readyz says what is missing, and that it can't know", async () => {
  const health = async () => ({
    ...(await healthy()),
    store: { ok: false, kind: "redis", error: "refused" },
    views: [{ view: "origin_delays", watermark: null }],
  });
  const down = await get(handle({ health }), "/readyz");
  expect(down.status).toBe(503);
  expect(JSON.parse(down.text)).toMatchObject({
    ready: false,
    store: { error: "refused" },
    views: [{ watermark: null }],
  });
  const failing = await get(handle({ health: () => Promise.reject(new Error("no registry")) }), "/readyz");
  expect(failing.status).toBe(503);
  expect(JSON.parse(failing.text)).toEqual({ ready: false, error: "Error: no registry" });
});

test("what nobody foresaw is masked, and logged under the request's id", async () => {
  const lines: string[] = [];
  const broken = { read: () => Promise.reject(new TypeError("secret detail")) };
  const handler = handle({ reader: broken, log: (line) => lines.push(line) });
  const reply = await ask(handler, `{ flight_delay(entities: []) { t } }`, {}, { "x-request-id": "r-1" });
  expect(reply.errors).toMatchObject([
    { path: ["flight_delay"], message: "The server failed", extensions: { code: "INTERNAL", requestId: "r-1" } },
  ]);
  expect(reply.text).not.toContain("secret");
  expect(reply.text).not.toContain("node_modules");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ code: "INTERNAL", requestId: "r-1", path: ["flight_delay"] });
  expect(lines[0]).toContain("secret detail");
});

test("bad queries and bad bodies are named, without a stack", async () => {
  const codes = async (query: string) => (await ask(handle(), query)).errors.map((e) => e.extensions["code"]);
  expect(await codes("{ flight_delay(entities: []) { nothing } }")).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
  expect(await codes("{ flight_delay")).toEqual(["GRAPHQL_PARSE_FAILED"]);
  const response = await handle().fetch("http://test/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: "{",
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    errors: [{ message: "POST body sent invalid JSON.", extensions: { code: "BAD_REQUEST" } }],
  });
});

test("bodies beyond the limit are refused, with and without a length", async () => {
  const body = JSON.stringify({ query: "{ _catalog { name } }", variables: { x: "y".repeat(1000) } });
  const post = async (limit: number, init: object) => {
    const headers = { "content-type": "application/json" };
    const response = await handle({ limits: { bodyBytes: limit } }).fetch("http://test/graphql", {
      method: "POST",
      headers,
      ...init,
    });
    return response.status;
  };
  const stream = () => new Blob([body]).stream();
  expect(await post(2000, { body })).toBe(200);
  expect(await post(900, { body })).toBe(413);
  expect(await post(2000, { body: stream(), duplex: "half" })).toBe(200);
  expect(await post(900, { body: stream(), duplex: "half" })).toBe(413);
});

test("GraphiQL in development only, and no other pages", async () => {
  const html = { accept: "text/html" };
  expect((await get(handle({ development: true }), "/graphql", html)).text).toContain("<html");
  expect((await get(handle(), "/graphql", html)).text).not.toContain("<html");
  expect((await get(handle(), "/", html)).status).toBe(404);
});

test("a repo that is applied anew is served anew, and built once a version", async () => {
  const renamed = { ...example, services: example.services.map((s) => ({ ...s, name: "other" })) };
  let served = example;
  const handler = handle({ repo: () => ({ repo: served }) });
  const names = async () => (await ask(handler, "{ _catalog { name } }")).data._catalog;
  expect(await names()).toEqual([{ name: "flight_delay" }]);
  served = renamed;
  expect(await names()).toEqual([{ name: "other" }]);
  expect(await names()).toEqual([{ name: "other" }]);
});
