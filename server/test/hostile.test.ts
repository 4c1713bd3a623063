import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../test/support/until.js";
import { type RunningServer, startServer } from "../src/index.js";
import { example, fakeReader, healthy } from "./example.js";

let server: RunningServer;
const lines: string[] = [];
const reader = fakeReader(example, () => ({ value: 1n }));
let hold: Promise<void> = Promise.resolve();

beforeAll(async () => {
  server = await startServer({
    reader: {
      read: async (...args) => {
        await hold;
        return reader.read(...args);
      },
    },
    repo: example,
    health: healthy,
    host: "127.0.0.1",
    port: 0,
    log: (line) => lines.push(line),
  });
});
afterAll(() => server.close());

const QUERY = `{ flight_delay(entities: [{origin: "ORD"}]) { rows { dest { flights_1d } } } }`;

const post = (path: string, body: string, headers = {}) =>
  fetch(server.url + path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });

async function isWell(): Promise<void> {
  const response = await post("/graphql", JSON.stringify({ query: QUERY }));
  expect(await response.json()).toEqual({ data: { flight_delay: { rows: [{ dest: { flights_1d: "1" } }] } } });
}

async function inFlight(): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  // The one that asks is one of them.
  return Number(/^lockstep_requests_in_flight (\d+)/m.exec(text)?.[1]) - 1;
}

/** Sends so many bytes, as fast as they are taken. Null: the server hung up instead of answering. */
async function flood(path: string, bytes: number, length: boolean): Promise<number | null> {
  const headers = { "content-type": "application/json", ...(length ? { "content-length": bytes } : {}) };
  const sent = request(server.url + path, { method: "POST", headers });
  const status = new Promise<number | null>((resolve) => {
    sent.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? null);
    });
    sent.on("error", () => resolve(null));
    sent.on("close", () => resolve(null));
  });
  const chunk = Buffer.alloc(1_000_000, " ");
  for (let left = bytes; left > 0 && !sent.destroyed; left -= chunk.length) {
    if (!sent.write(chunk)) await Promise.race([once(sent, "drain").catch(() => {}), status]);
    if ((await Promise.race([status, Promise.resolve("going on" as const)])) !== "going on") break;
  }
  if (!sent.destroyed) sent.end();
  const found = await status;
  sent.destroy();
  return found;
}

test("a body of 100 MB is refused, and never held", async () => {
  const before = process.memoryUsage().rss;
  for (const path of ["/graphql", "/features", "/get-online-features"]) {
    for (const length of [true, false]) expect([413, null]).toContain(await flood(path, 100_000_000, length));
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(80_000_000);
  const large = await post(
    "/graphql",
    `{"query":"{ _catalog { name } }","variables":{"x":"${"y".repeat(4_100_000)}"}}`,
  );
  expect(large.status).toBe(413);
  expect(await large.json()).toMatchObject({ errors: [{ extensions: { code: "BODY_TOO_LARGE" } }] });
  await isWell();
});

test("callers that hang up leave nothing behind", async () => {
  let release = () => {};
  hold = new Promise((resolve) => {
    release = resolve;
  });
  const body = JSON.stringify({ query: QUERY });
  const head = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  const { port } = server;
  // In the middle of the headers, of the body, and while they wait for the answer.
  for (const sent of [head.slice(0, 30), head + body.slice(0, 10), head + body]) {
    const sockets = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const socket = connect(port, "127.0.0.1");
        socket.on("error", () => {});
        await once(socket, "connect");
        socket.write(sent);
        return socket;
      }),
    );
    if (sent === head + body) await until(async () => expect(await inFlight()).toBe(20));
    for (const socket of sockets) socket.destroy();
  }
  await until(async () => expect(await inFlight()).toBe(0));
  release();
  hold = Promise.resolve();
  await isWell();
  expect(lines.filter((line) => line.includes("INTERNAL"))).toEqual([]);
});

test("no HTTP, other methods, other paths, other types", async () => {
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write("\x16\x03\x01\x02\x00\x01 not http\r\n\r\n");
  const [reply] = await once(socket, "data");
  expect(String(reply)).toMatch(/^HTTP\/1.1 400/);
  expect((await fetch(`${server.url}/graphql`, { method: "DELETE" })).status).toBe(405);
  expect((await fetch(`${server.url}/nothing`)).status).toBe(404);
  expect((await fetch(`${server.url}/graphql?query={`)).status).toBeLessThan(500);
  expect((await post("/graphql", "x".repeat(100), { "content-type": "text/plain" })).status).toBeLessThan(500);
  for (const body of [
    "",
    "null",
    "[]",
    "[1]",
    '"x"',
    "{",
    '{"query":1}',
    '{"query":"{ __typename }","variables":[]}',
  ]) {
    expect((await post("/graphql", body)).status).toBeLessThan(500);
  }
  const deep = `${'{"query":"{ _catalog { name } }","variables":{"x":'}${"[".repeat(100_000)}${"]".repeat(100_000)}}}`;
  expect((await post("/graphql", deep)).status).toBeLessThan(500);
  const nested = `{ flight_delay(entities: ${"[".repeat(7_000)}${"]".repeat(7_000)}) { t } }`;
  expect((await post("/graphql", JSON.stringify({ query: nested }))).status).toBeLessThan(500);
  const selections = `${"{ a ".repeat(7_000)}${"}".repeat(7_000)}`;
  expect((await post("/graphql", JSON.stringify({ query: selections }))).status).toBeLessThan(500);
  await isWell();
  expect(lines.filter((line) => line.includes("INTERNAL"))).toEqual([]);
});
