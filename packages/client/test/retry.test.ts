import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHandler } from "@lockstep/server";
import { expect, test } from "vitest";
import { example, fakeReader, healthy } from "../../../server/test/example.js";
import { backoffMs, retryAfterMs } from "../src/backoff.js";
import type { Fetch } from "../src/index.js";
import { byOrigin, failure, flights, from, serving } from "./serving.js";

/** Answers as each of `first` says, and then as the server. */
function flaky(first: readonly (() => Response | Promise<Response>)[]) {
  const { fetch } = serving(byOrigin);
  const tried: number[] = [];
  const wrapped: Fetch = (url, init) => {
    if (init.body.includes("_catalog_service")) return fetch(url, init);
    const next = first[tried.length];
    tried.push(tried.length);
    return next ? next() : fetch(url, init);
  };
  return { fetch: wrapped, tried };
}

const answers =
  (status: number, headers: Record<string, string> = {}, body = "<html>") =>
  () =>
    new Response(body, { status, headers });
const busy = JSON.stringify({ errors: [{ message: "busy", extensions: { code: "STORE_BUSY", mend: "later" } }] });
const refused = () => Promise.reject(new TypeError("fetch failed"));

test.each([
  ["429", answers(429)],
  ["503 that says when", answers(503, { "retry-after": "0" }, busy)],
  ["500", answers(500)],
  ["502", answers(502)],
  ["504", answers(504)],
  ["no connection", refused],
])("%s is asked again", async (_, first) => {
  const { fetch, tried } = flaky([first, first]);
  expect(await flights({ fetch }).features([from("A")])).toHaveLength(1);
  expect(tried).toHaveLength(3);
});

test.each([400, 401, 403, 404, 413, 415])("%i is not asked again", async (status) => {
  const { fetch, tried } = flaky([answers(status)]);
  await failure(flights({ fetch }).features([from("A")]));
  expect(tried).toHaveLength(1);
});

test("so often, and then the last failure is the call's", async () => {
  const { fetch, tried } = flaky([refused, answers(502), answers(503, {}, busy), answers(503, {}, busy)]);
  expect(await failure(flights({ fetch }).features([from("A")]))).toMatchObject({ code: "STORE_BUSY", mend: "later" });
  expect(tried).toHaveLength(3);
  const never = flaky([refused]);
  expect((await failure(flights({ fetch: never.fetch, retries: 0 }).features([from("A")]))).code).toBe("UNREACHABLE");
  expect(never.tried).toHaveLength(1);
});

test("a server that says to come back after the call's time is not waited for", async () => {
  const { fetch, tried } = flaky([answers(503, { "retry-after": "3600" }, busy)]);
  expect((await failure(flights({ fetch }).features([from("A")]))).code).toBe("STORE_BUSY");
  expect(tried).toHaveLength(1);
});

test("an attempt that hangs is given up for another one", async () => {
  const { fetch, tried } = flaky([() => new Promise(() => {})]);
  expect(await flights({ fetch, attemptTimeoutMs: 200 }).features([from("A")])).toHaveLength(1);
  expect(tried).toHaveLength(2);
});

test("a call's time bounds all of its attempts, for each caller by itself", async () => {
  const { fetch } = flaky(Array(1_000).fill(() => new Promise(() => {})));
  const client = flights({ fetch, attemptTimeoutMs: 10, retries: 1_000 });
  await client.query();
  const calls = [
    failure(client.features([from("A")], { timeoutMs: 20 })),
    failure(client.features([from("A")], { timeoutMs: 50 })),
  ];
  expect((await Promise.all(calls)).map(({ code }) => code)).toEqual(["TIMEOUT", "TIMEOUT"]);
});

test("a call may have all the time there is", async () => {
  const { fetch } = flaky([]);
  const client = flights({ fetch, timeoutMs: Infinity, attemptTimeoutMs: Infinity });
  expect(await client.features([from("A")])).toHaveLength(1);
});

test("an abort ends the waiting for a retry", async () => {
  const controller = new AbortController();
  const { fetch, tried } = flaky([
    () => {
      setTimeout(() => controller.abort(), 0);
      return answers(503, { "retry-after": "5" })();
    },
  ]);
  const error = await failure(flights({ fetch }).features([from("A")], { signal: controller.signal }));
  expect(error.code).toBe("ABORTED");
  expect(tried).toHaveLength(1);
});

test("an answer with another number of rows is refused", async () => {
  const { fetch } = flaky([
    answers(200, {}, JSON.stringify({ data: { flight_delay: { t: "", watermark: null, rows: [] } } })),
    answers(200, {}, JSON.stringify({ data: { flight_delay: null } })),
  ]);
  const client = flights({ fetch });
  expect((await failure(client.features([from("A")]))).code).toBe("ANSWER_INVALID");
  expect((await failure(client.features([from("A")]))).code).toBe("ANSWER_INVALID");
});

test("the bound of a wait doubles, and any wait below it may be", () => {
  const bounds = [0, 1, 2, 5, 6, 60].map((retries) => backoffMs(retries, () => 1));
  expect(bounds).toEqual([100, 200, 400, 3_200, 5_000, 5_000]);
  expect(backoffMs(3, () => 0.25)).toBe(200);
  expect(backoffMs(3, () => 0)).toBe(0);
});

test("Retry-After is seconds or a date", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const asked = [null, "3", " 0 ", "Thu, 01 Jan 2026 00:00:05 GMT", "Wed, 31 Dec 2025 00:00:00 GMT", "soon", "-1"];
  expect(asked.map((header) => retryAfterMs(header, now))).toEqual([0, 3_000, 0, 5_000, 0, 0, 0]);
});

test("requests one after the other share a connection", async () => {
  const handler = createHandler({
    reader: fakeReader(example, byOrigin),
    repo: example,
    health: healthy,
    log: () => {},
  });
  const server = createServer(handler);
  let connections = 0;
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const client = flights({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    for (let call = 0; call < 10; call++) expect(await client.features([from("A")])).toHaveLength(1);
    expect(connections).toBe(1);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
