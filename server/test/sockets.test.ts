import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type RunningServer, type ServerOptions, startServer } from "../src/index.js";
import { example, fakeReader, healthy } from "./example.js";

const reader = fakeReader(example, () => ({ value: 1n }));
const running: RunningServer[] = [];

async function start(more: Partial<ServerOptions> = {}): Promise<string> {
  const options = { reader, repo: example, health: healthy, host: "127.0.0.1", port: 0, log: () => {}, ...more };
  const server = await startServer(options);
  running.push(server);
  return server.url;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

const post = async (url: string, body: unknown, headers = {}) => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, length: response.headers.get("content-length"), text };
};

const QUERY = `{ flight_delay(entities: [{origin: "ORD"}]) { rows { dest { flights_1d } } } }`;
const FEATURES = { service: "flight_delay", entities: [{ origin: "ÖRD" }], features: ["dest__flights_1d"] };

test("every way in answers over a socket", async () => {
  const url = await start();
  expect(JSON.parse((await post(`${url}/graphql`, { query: QUERY })).text)).toEqual({
    data: { flight_delay: { rows: [{ dest: { flights_1d: "1" } }] } },
  });
  expect(JSON.parse((await post(`${url}/features`, FEATURES)).text).rows).toEqual([{ dest__flights_1d: "1" }]);
  expect(reader.calls.at(-1)?.rows).toEqual(FEATURES.entities);
  const feast = { features: ["dest:flights_1d"], entities: { origin: ["ÖRD"] } };
  const { text, length } = await post(`${url}/get-online-features`, feast);
  expect(JSON.parse(text).results[0].values).toEqual(["ÖRD"]);
  expect(Number(length)).toBe(Buffer.byteLength(text));
  const arrow = await fetch(`${url}/features`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/vnd.apache.arrow.stream" },
    body: JSON.stringify(FEATURES),
  });
  expect(arrow.headers.get("content-type")).toBe("application/vnd.apache.arrow.stream");
  expect((await fetch(`${url}/features`)).status).toBe(405);
});

test("what has no plan goes on to Yoga, with its body", async () => {
  const url = await start();
  expect(JSON.parse((await post(`${url}/graphql`, { query: "{ _catalog { name } }" })).text)).toEqual({
    data: { _catalog: [{ name: "flight_delay" }] },
  });
  const invalid = await post(`${url}/graphql`, { query: "{ nothing }" });
  expect(JSON.parse(invalid.text).errors[0].extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  expect((await post(`${url}/graphql`, "{", { accept: "application/graphql-response+json" })).status).toBe(400);
  const form = await fetch(`${url}/graphql?query=${encodeURIComponent("{ _catalog { name } }")}`);
  expect(form.status).toBe(200);
});

test("bodies beyond the limit are refused, on every path, and the server goes on", async () => {
  const url = await start({ limits: { bodyBytes: 2_000 } });
  const long = { ...FEATURES, entities: Array.from({ length: 500 }, () => ({ origin: "ORD" })) };
  for (const path of ["graphql", "features", "get-online-features"]) {
    expect((await post(`${url}/${path}`, long)).status).toBe(413);
  }
  expect((await post(`${url}/features`, FEATURES)).status).toBe(200);
});

test("a caller who hangs up in the middle of a body leaves nothing behind", async () => {
  const lines: string[] = [];
  const url = await start({ log: (line) => lines.push(line) });
  const socket = connect({ port: Number(new URL(url).port), host: "127.0.0.1" });
  await new Promise<void>((resolve) =>
    socket.write("POST /features HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{", () => resolve()),
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await post(`${url}/features`, FEATURES)).status).toBe(200);
  expect(lines).toEqual([]);
});
