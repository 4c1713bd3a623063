import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { featureService, LockstepError, onDemand, t } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { type OnlineStore, openOnlineStore } from "@lockstep/online";
import { createPusher } from "@lockstep/push";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openShop, order, pushShop } from "../../packages/ingest/test/shop.js";
import { type RedisServer, startRedis } from "../../test/support/redis-server.js";
import { serve } from "../../test/support/serve.js";
import { type RunningServer, type ServerOptions, startServer } from "../src/index.js";
import { overriding } from "../src/overriding.js";
import { isTracing } from "../src/tracing/settings.js";
import { healthy } from "./example.js";
import { orders, spending } from "./orders.js";

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly status: { readonly code?: number };
}

/** A real receiver of OTLP over HTTP, which keeps what it is sent. */
let receiver: Server;
let spans: Span[] = [];
let resources: string[] = [];
let received: { path: string | undefined; headers: IncomingHttpHeaders }[] = [];
let endpoint = "";

let redis: RedisServer;
let store: OnlineStore;
let db: Database;
let server: RunningServer | undefined;
const ends: (() => Promise<void>)[] = [];

const twice = onDemand("twice", {
  features: { amount: spending.f.amount },
  outputs: { amount: t.int64() },
  compute: ({ amount }) => ({ amount: amount === null ? null : amount * 2n }),
});
const checkout = featureService("checkout", [spending, twice]);

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push({ path: request.url, headers: request.headers });
    for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
      resources.push(JSON.stringify(resource));
      for (const { spans: some } of scopeSpans) spans.push(...some);
    }
    response.setHeader("content-type", "application/json").end("{}");
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  redis = await startRedis();
  store = await openOnlineStore({ kind: "redis", url: redis.url }, "p");
  db = await Database.open();
  await db.run("CREATE TABLE orders AS SELECT 'c1' AS customer_id, TIMESTAMP '2026-01-01' AS at, 21::BIGINT AS amount");
});
afterAll(async () => {
  receiver.close();
  for (const end of ends) await end();
  await store.close();
  await redis.stop();
  db.close();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  for (const name of Object.keys(process.env)) if (name.startsWith("OTEL_")) delete process.env[name];
});

async function started(more: Partial<ServerOptions> = {}): Promise<string> {
  spans = [];
  resources = [];
  received = [];
  const served = await serve(db, store, checkout, orders, 1_800_000_000_000_000n);
  server = await startServer({
    // As the command does it: the store that is read is what the server puts around it.
    reader: async (through) => served.through(through(store)),
    repo: served.repo,
    health: healthy,
    host: "127.0.0.1",
    port: 0,
    log: () => {},
    ...more,
  });
  return server.url;
}

const post = (url: string, body: object, headers = {}) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

const attributesOf = ({ attributes }: Span) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** The names of the spans below a span, as a tree. */
const below = (id: string): object =>
  Object.fromEntries(spans.filter((s) => s.parentSpanId === id).map((s) => [s.name, below(s.spanId)]));

/** What has been exported, once the server has ended. */
async function exported(): Promise<void> {
  await server?.close();
  server = undefined;
}

const FEATURES = { service: "checkout", entities: [{ customer_id: "c1" }] };
const QUERY = '{ checkout(entities: [{customer_id: "c1"}]) { rows { twice { amount } } } }';

test("spans of a request and its steps, within the caller's trace", async () => {
  const url = await started({ tracing: { endpoint } });
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  const answer = await post(`${url}/features`, FEATURES, { traceparent, "x-request-id": "r1" });
  expect((await answer.json()).rows).toEqual([{ spending__amount: "21", twice__amount: "42" }]);
  await exported();
  expect(received[0]).toMatchObject({ path: "/v1/traces", headers: { "content-type": "application/json" } });
  const [root] = spans.filter((span) => span.parentSpanId === "b7ad6b7169203331");
  if (!root) throw new Error("the request has a span");
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
  expect([root.name, root.kind, root.status.code ?? 0]).toEqual(["POST /features", 2, 0]);
  expect(attributesOf(root)).toMatchObject({
    "http.request.method": "POST",
    "http.route": "/features",
    "url.path": "/features",
    "http.response.status_code": 200,
    "lockstep.service": "checkout",
    "lockstep.entities": 1,
    "lockstep.request_id": "r1",
  });
  expect(below(root.spanId)).toEqual({ parse: {}, read: { "read redis": {}, "on-demand": {} }, print: {} });
  const read = spans.find((span) => span.name === "read redis") as Span;
  expect(read.kind).toBe(3);
  expect(attributesOf(read)).toEqual({
    "db.system.name": "redis",
    "db.operation.name": "read",
    "db.operation.batch.size": 1,
  });
});

test("the standard variables do without a configuration; a new trace where the caller has none", async () => {
  process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
  process.env["OTEL_EXPORTER_OTLP_HEADERS"] = "x-tenant=a";
  process.env["OTEL_SERVICE_NAME"] = "features";
  const url = await started();
  for (const query of [QUERY, "{ _catalog { name } }"])
    expect((await post(`${url}/graphql`, { query })).status).toBe(200);
  for (const path of ["/healthz", "/readyz", "/metrics"]) await fetch(url + path);
  await exported();
  expect(received[0]?.headers["x-tenant"]).toBe("a");
  expect(resources[0]).toContain('{"key":"service.name","value":{"stringValue":"features"}}');
  const roots = spans.filter((span) => span.parentSpanId === undefined || span.parentSpanId === "");
  expect(roots.map((root) => [root.name, below(root.spanId)])).toEqual([
    ["POST /graphql", { parse: {}, read: { "read redis": {}, "on-demand": {} }, print: {} }],
    ["POST /graphql", { parse: {}, graphql: {} }],
  ]);
});

/** A server that takes orders, over a store of their own. */
async function takingOrders(project: string, within = (of: OnlineStore) => of): Promise<string> {
  const own = await openOnlineStore({ kind: "redis", url: redis.url }, project);
  ends.push(() => own.close());
  const shop = openShop(db, own);
  await shop.apply(pushShop());
  await shop.run([order("ada", 1, 10)], 100n);
  const { served } = await shop.registry.state();
  if (!served) throw new Error("something is served");
  return started({
    tracing: { endpoint },
    repo: served.repo,
    pusher: async (through) => createPusher({ project, store: through(within(own)), registry: shop.registry }),
  });
}

const AT = "1970-01-01T00:00:00.0002Z";
const bought = (id: number) => ({ customer: "bea", id, at: AT, known: AT });

test("spans of a push, with the store's time apart", async () => {
  const url = await takingOrders("traced");
  const answer = await post(`${url}/push`, { source: "orders", rows: [bought(2), bought(3), {}] });
  expect((await answer.json()).answers.map((a: { status: string }) => a.status)).toEqual([
    "ACCEPTED",
    "ACCEPTED",
    "REJECTED",
  ]);
  const query = "mutation ($rows: [PushOrdersRow!]!) { push_orders(rows: $rows) { accepted } }";
  const mutation = await post(`${url}/graphql`, { query, variables: { rows: [bought(4)] } });
  expect(await mutation.json()).toEqual({ data: { push_orders: { accepted: 1 } } });
  await exported();
  const root = (name: string) => spans.find((span) => span.name === name) as Span;
  const push = { "read redis": {}, "append redis": {} };
  expect(attributesOf(root("POST /push"))).toMatchObject({
    "http.response.status_code": 200,
    "lockstep.sources": { values: [{ stringValue: "orders" }] },
    "lockstep.rows": 3,
  });
  expect(below(root("POST /push").spanId)).toEqual({ parse: {}, push, print: {} });
  expect(below(root("POST /graphql").spanId)).toEqual({ parse: {}, graphql: { push } });
  const appends = spans.filter((span) => span.name === "append redis");
  // The entries of ids, and then the rows of keys, in each of two views.
  const of = (parent: Span) => appends.filter((span) => span.parentSpanId === parent.spanId);
  const [first] = spans.filter((span) => span.name === "push");
  expect(of(first as Span).map((span) => [span.kind, attributesOf(span)])).toEqual(
    Array(4).fill([
      3,
      { "db.system.name": "redis", "db.operation.name": "append", "db.operation.batch.size": expect.any(Number) },
    ]),
  );
});

test("a push whose store fails is an error of that span", async () => {
  const gone = () => Promise.reject(new LockstepError({ code: "STORE_UNAVAILABLE", what: "it is gone" }));
  const url = await takingOrders("failing", (own) => overriding(own, { append: gone }));
  expect((await post(`${url}/push`, { source: "orders", rows: [bought(9)] })).status).toBe(503);
  await exported();
  const failed = spans.filter((span) => span.status.code === 2);
  expect(new Set(failed.map((span) => span.name))).toEqual(new Set(["POST /push", "push", "append redis"]));
  const append = failed.find((span) => span.name === "append redis") as Span;
  expect(attributesOf(append)["error.type"]).toBe("STORE_UNAVAILABLE");
});

test("what fails on the server's side is an error, what the caller did wrong isn't", async () => {
  const url = await started({ tracing: { endpoint }, guard: { timeoutMs: 100 } });
  expect((await post(`${url}/features`, { service: "none", entities: [] })).status).toBe(404);
  redis.pause();
  const failed = await post(`${url}/features`, FEATURES);
  redis.resume();
  expect(failed.status).toBe(503);
  await exported();
  const roots = spans.filter((span) => span.name === "POST /features");
  expect(roots.map((root) => [attributesOf(root)["http.response.status_code"], root.status.code ?? 0])).toEqual([
    [404, 0],
    [503, 2],
  ]);
  const read = spans.find((span) => span.name === "read redis") as Span;
  expect([read.status.code, attributesOf(read)["error.type"]]).toEqual([2, "STORE_TIMEOUT"]);
});

test("nothing is sampled of 0 %, and a receiver that is gone holds nothing up", async () => {
  const url = await started({ tracing: { endpoint, sample: 0 } });
  expect((await post(`${url}/features`, FEATURES)).status).toBe(200);
  await exported();
  expect(received).toEqual([]);
  const gone = await started({ tracing: { endpoint: "http://127.0.0.1:9" } });
  expect((await post(`${gone}/features`, FEATURES)).status).toBe(200);
  await exported();
});

test("off unless a configuration or the standard variables ask for it", async () => {
  expect((await started()) && server?.operations?.tracer).toBeNull();
  expect(isTracing(undefined, {})).toBe(false);
  expect(isTracing(undefined, { OTEL_SERVICE_NAME: "a" })).toBe(false);
  expect(isTracing({}, {})).toBe(true);
  expect(isTracing({}, { OTEL_SDK_DISABLED: "true" })).toBe(false);
  expect(isTracing({}, { OTEL_TRACES_EXPORTER: "none" })).toBe(false);
  expect(isTracing(undefined, { OTEL_TRACES_EXPORTER: "otlp" })).toBe(true);
  expect(isTracing(undefined, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://a" })).toBe(true);
  const wrong = { OTEL_TRACES_EXPORTER: "zipkin" };
  expect(() => isTracing(undefined, wrong)).toThrow(
    expect.objectContaining({ code: "TRACING_INVALID" } as LockstepError),
  );
  expect(() => isTracing({}, { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" })).toThrow("grpc");
});
