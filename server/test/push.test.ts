import { createHash } from "node:crypto";
import { compileRepo, count, entity, featureService, featureView, parquet, type RepoIR, t } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { createReader, type OnlineStore, type Pusher } from "@lockstep/online";
import { createPusher } from "@lockstep/push";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openShop, order, pushShop, type Shop } from "../../packages/ingest/test/shop.js";
import { lmdbFolder } from "../../test/support/lmdb-folder.js";
import { redisStore } from "../../test/support/redis-store.js";
import { createAuthenticator, createHandler, type HandlerOptions, startServer } from "../src/index.js";
import { ask } from "./ask.js";
import { fakeReader, healthy } from "./example.js";

let db: Database;
beforeAll(async () => {
  db = await Database.open({ threads: 1 });
});
afterAll(() => db.close());

/** Microseconds after 1970 as a request says them. */
const at = (micros: number) => `1970-01-01T00:00:00.${String(micros).padStart(6, "0")}Z`;
const json = (customer: string, id: number, known: number) => ({ customer, id, at: at(known), known: at(known) });
const PUSH = `mutation ($rows: [PushOrdersRow!]!) {
  push_orders(rows: $rows) { accepted duplicate late rejected answers { status code reason late } }
}`;
const COUNT = `{ e(entities: [{customer: "bea"}], at: "${at(900_000)}") { rows { ever { n } } } }`;

/** Ada has two orders, bea one, and T is 100. */
async function stocked(store: OnlineStore): Promise<Shop> {
  const shop = openShop(db, store);
  await shop.apply(pushShop());
  await shop.run([order("ada", 1, 10), order("ada", 2, 20), order("bea", 3, 30)], 100n);
  return shop;
}

const repoOf = async ({ registry }: Shop): Promise<RepoIR> => {
  const { served } = await registry.state();
  if (!served) throw new Error("nothing is served");
  return served.repo;
};

async function optionsOf(store: OnlineStore, shop: Shop): Promise<HandlerOptions> {
  const repo = await repoOf(shop);
  const generations = new Map(Object.entries((await shop.registry.state()).served?.generations ?? {}));
  const reader = createReader({
    store,
    serving: () => ({ repo, computations: new Map(), generations }),
    now: () => 1_000_000n,
  });
  const pusher = createPusher({ project: "p", store, registry: shop.registry });
  return { reader, pusher, repo, health: healthy, log: () => {}, limits: { timeMs: 60_000 } };
}

describe.each([
  ["LMDB", lmdbFolder],
  ["Redis", redisStore],
])("a server with a store on %s", (_, open) => {
  let store: OnlineStore;
  let shop: Shop;
  let end: () => Promise<void>;
  beforeAll(async () => {
    ({ store, end } = await open());
    shop = await stocked(store);
  });
  afterAll(() => end());

  it("takes rows, answers each in its order, and reads them at once", async () => {
    const handler = createHandler(await optionsOf(store, shop));
    const rows = [
      json("bea", 4, 150),
      json("bea", 4, 150),
      json("ada", 5, 90),
      { ...json("ada", 6, 160), id: null },
      json("ada", 7, 160),
    ];
    const { data, errors } = await ask(handler, PUSH, { rows });
    expect(errors).toEqual([]);
    expect(data.push_orders).toMatchObject({ accepted: 2, duplicate: 1, late: 1, rejected: 1 });
    expect(data.push_orders.answers.map((a: { status: string }) => a.status)).toEqual([
      "ACCEPTED",
      "DUPLICATE",
      "LATE",
      "REJECTED",
      "ACCEPTED",
    ]);
    expect(data.push_orders.answers[3]).toEqual({
      status: "REJECTED",
      code: "ROW_INVALID",
      reason: "column 'id' is null, and without it a row is no event",
      late: null,
    });
    expect((await ask(handler, COUNT)).data.e.rows).toEqual([{ ever: { n: "2" } }]);
  });

  it("takes them over a socket too, as JSON by rows or by columns", async () => {
    const { reader, pusher, repo } = await optionsOf(store, shop);
    const server = await startServer({
      reader,
      pusher,
      repo,
      health: healthy,
      log: () => {},
      host: "127.0.0.1",
      port: 0,
    });
    const post = async (body: unknown) => {
      const response = await fetch(`${server.url}/push`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return [response.status, await response.json()];
    };
    try {
      expect(await post({ source: "orders", rows: [json("cleo", 20, 200), 7] })).toEqual([
        200,
        {
          answers: [
            { status: "ACCEPTED" },
            { status: "REJECTED", code: "ROW_INVALID", reason: "it is not an object of columns" },
          ],
        },
      ]);
      const columns = { customer: ["cleo", "cleo"], id: [20, 21], at: [at(200), at(210)], known: [at(200), at(210)] };
      expect(await post({ source: "orders", rows: columns })).toEqual([
        200,
        { answers: [{ status: "DUPLICATE" }, { status: "ACCEPTED" }] },
      ]);
      expect(await shop.read("e", "cleo", 500n)).toEqual([21n, 2n]);
      expect(await post({ source: "order", rows: [] })).toMatchObject([404, { error: { code: "SOURCE_UNKNOWN" } }]);
      expect(await post({ source: "orders" })).toMatchObject([400, { error: { code: "REQUEST_INVALID" } }]);
    } finally {
      await server.close();
    }
  });

  it("takes 10,000 rows at once, and not one more", async () => {
    const handler = createHandler(await optionsOf(store, shop));
    const rows = Array.from({ length: 10_001 }, (_, i) => json(`many-${i % 1_000}`, 1_000 + i, 300 + i));
    const most = await ask(handler, PUSH, { rows });
    expect([most.status, most.errors[0]?.extensions["code"]]).toEqual([200, "LIMIT_ROWS"]);
    expect(await shop.read("e", "many-7", 900_000n)).toEqual([null, 0n]);
    const { data, errors } = await ask(handler, PUSH, { rows: rows.slice(1) });
    expect(errors).toEqual([]);
    expect(data.push_orders).toMatchObject({ accepted: 10_000, rejected: 0 });
    expect(await shop.read("e", "many-7", 900_000n)).toEqual([10_007n, 10n]);
  });
});

describe("pushing", () => {
  const columns = {
    at: t.timestamp(),
    id: t.int64(),
    flag: t.bool(),
    small: t.int32(),
    single: t.float32(),
    float: t.float64(),
    money: t.decimal(38, 4),
    text: t.string(),
    raw: t.bytes(),
    day: t.date(),
    tags: t.list(t.string()),
    vector: t.vector(2),
    place: t.struct({ x: t.float64(), n: t.int64() }),
    doc: t.json(),
  };
  const everything = parquet("every_thing", {
    path: "",
    columns,
    eventTime: "at",
    knownAt: "at",
    id: "id",
    push: true,
  });
  const thing = entity("e", { id: t.int64() });
  const view = featureView("v", {
    entity: thing,
    source: everything,
    features: () => ({ n: count().over("1h") }),
  });
  const closed = parquet("closed", { path: "", columns, eventTime: "at", knownAt: "at", id: "id" });
  const other = featureView("o", {
    entity: thing,
    source: closed,
    features: (f) => ({ n: f.id }),
  });
  const repo = compileRepo("p", [featureService("s", [view]), featureService("o", [other])]).ir;
  const reader = fakeReader(repo, () => ({ value: null }));

  function recording(): Pusher & { readonly calls: unknown[][] } {
    const calls: unknown[][] = [];
    return {
      calls,
      push: async (source, rows) => {
        calls.push([source, ...rows]);
        return rows.map(() => ({ status: "ACCEPTED", late: ["v"] }));
      },
    };
  }
  const handlerOf = (more: Partial<HandlerOptions> = {}) =>
    createHandler({ reader, repo, health: healthy, log: () => {}, ...more });
  const MUTATION =
    "mutation ($rows: [PushEveryThingRow!]!) { push_every_thing(rows: $rows) { accepted answers { late } } }";

  it("gives every type on as it was sent", async () => {
    const pusher = recording();
    const row = {
      at: "2001-03-01T12:00:00.000001Z",
      id: "9223372036854775807",
      flag: true,
      small: -7,
      single: "-0",
      float: "NaN",
      money: "12345678901234567890123456789012.1234",
      text: "a\u0000b",
      raw: "AAH/",
      day: "2001-03-01",
      tags: ["x", null],
      vector: [1.5, -2],
      place: { x: "Infinity", n: "-1" },
      doc: '{"a":1}',
    };
    expect((await ask(handlerOf({ pusher }), MUTATION, { rows: [row, { id: 1 }] })).errors).toEqual([]);
    expect(pusher.calls).toEqual([
      [
        "every_thing",
        {
          ...row,
          at: 983_448_000_000_001n,
          id: 2n ** 63n - 1n,
          single: -0,
          float: Number.NaN,
          raw: new Uint8Array([0, 1, 255]),
          place: { x: Number.POSITIVE_INFINITY, n: -1n },
        },
        { id: 1n },
      ],
    ]);
  });

  it("is refused as a whole where a value is not of its type, and says where", async () => {
    const pusher = recording();
    const { errors } = await ask(handlerOf({ pusher }), MUTATION, { rows: [{ id: 1 }, { id: "1.5" }] });
    expect(errors[0]?.message).toContain('"rows[1].id"');
    const unknown = await ask(handlerOf({ pusher }), MUTATION, { rows: [{ id: 1, ids: 2 }] });
    expect(unknown.errors[0]?.message).toContain('Field "ids" is not defined');
    expect(pusher.calls).toEqual([]);
  });

  it("is of no schema where it is not enabled, and only of sources that take it where it is", async () => {
    const names = "{ __schema { mutationType { fields { name } } types { name } } }";
    const off = await ask(handlerOf(), names);
    expect(off.data.__schema.mutationType).toBe(null);
    expect(off.text).not.toContain("Push");
    expect((await ask(handlerOf(), MUTATION, { rows: [] })).status).not.toBe(500);
    expect((await handlerOf().fetch("http://test/push", { method: "POST", body: "{}" })).status).toBe(404);
    const on = await ask(handlerOf({ pusher: recording() }), names);
    expect(on.data.__schema.mutationType.fields).toEqual([{ name: "push_every_thing" }]);
  });

  it("is for callers that may, of the sources that they may, and says nothing of others", async () => {
    const sha256 = (key: string) => createHash("sha256").update(key).digest("hex");
    const authenticator = createAuthenticator({
      keys: [
        { name: "reads", sha256: sha256("reads"), operations: ["read", "introspect"] },
        { name: "elsewhere", sha256: sha256("elsewhere"), operations: ["push", "introspect"], sources: ["closed"] },
        { name: "pushes", sha256: sha256("pushes"), operations: ["push", "introspect"], sources: ["every_thing"] },
        {
          name: "both",
          sha256: sha256("both"),
          operations: ["push", "read"],
          sources: ["every_thing"],
          services: ["s"],
        },
      ],
    });
    const pusher = recording();
    const handler = handlerOf({ pusher, authenticator });
    const as = (key: string) => ({ authorization: `Bearer ${key}` });
    const rows = [{ id: 1 }];
    for (const key of ["reads", "elsewhere"]) {
      expect((await ask(handler, MUTATION, { rows }, as(key))).text).not.toMatch(/accepted":/);
      const sources = "_catalog_sources { name }";
      const said = await ask(handler, `{ __schema { types { name } } ${sources} }`, {}, as(key));
      expect([said.text.includes("Push"), said.data._catalog_sources]).toEqual([false, []]);
      const one = await ask(handler, '{ _catalog_source(name: "every_thing") { name } }', {}, as(key));
      expect(one.errors[0]?.extensions).toMatchObject({ code: "SOURCE_UNKNOWN" });
      expect(JSON.stringify(one.errors[0]?.extensions)).not.toContain("every_thing");
      const { status } = await handler.fetch("http://test/push", {
        method: "POST",
        headers: { "content-type": "application/json", ...as(key) },
        body: JSON.stringify({ source: "every_thing", rows }),
      });
      expect(status).toBe(403);
    }
    expect((await ask(handler, MUTATION, { rows })).status).toBe(401);
    expect(pusher.calls).toEqual([]);
    expect((await ask(handler, MUTATION, { rows }, as("pushes"))).data.push_every_thing).toEqual({
      accepted: 1,
      // The name of a view that its key doesn't read.
      answers: [{ late: null }],
    });
    const names = "{ __schema { types { name } } _catalog { name } _catalog_sources { name } }";
    const seen = await ask(handler, names, {}, as("pushes"));
    expect(seen.data._catalog).toEqual([]);
    expect(seen.data._catalog_sources).toEqual([{ name: "every_thing" }]);
    expect(seen.text).toContain("PushEveryThingRow");
    expect((await ask(handler, MUTATION, { rows }, as("both"))).data.push_every_thing.answers).toEqual([
      { late: ["v"] },
    ]);
    authenticator.close();
  });

  it("is in the catalog, with the source's columns and types", async () => {
    const handler = handlerOf({ pusher: recording() });
    const query = '{ _catalog_source(name: "every_thing") { name description columns { name type } } }';
    const { data, errors } = await ask(handler, query);
    expect(errors).toEqual([]);
    expect(data._catalog_source).toMatchObject({ name: "every_thing", description: null });
    const typed = data._catalog_source.columns.map((c: { name: string; type: string }) => [c.name, JSON.parse(c.type)]);
    expect(typed).toEqual(Object.entries(columns).map(([name, type]) => [name, type.ir]));
    const unknown = await ask(handler, '{ _catalog_source(name: "every_thng") { name } }');
    expect(unknown.errors[0]?.message).toContain("did you mean 'every_thing'?");
    const closed = await ask(handler, '{ _catalog_source(name: "closed") { name } }');
    expect(closed.errors[0]?.extensions).toMatchObject({ code: "SOURCE_UNKNOWN", mend: "choose one of every_thing" });
  });

  it("comes as JSON only, by POST", async () => {
    const pusher = recording();
    const handler = handlerOf({ pusher });
    const form = await handler.fetch("http://test/graphql", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ query: "mutation { push_every_thing(rows: [{id: 1}]) { accepted } }" }).toString(),
    });
    expect(await form.text()).toContain("CONTENT_TYPE");
    const plain = await handler.fetch("http://test/push", {
      method: "POST",
      body: '{"source":"every_thing","rows":[]}',
    });
    expect(plain.status).toBe(415);
    const query = encodeURIComponent("mutation { push_every_thing(rows: [{id: 1}]) { accepted } }");
    expect((await handler.fetch(`http://test/graphql?query=${query}`)).status).toBe(405);
    expect((await handler.fetch("http://test/push")).status).toBe(405);
    expect(pusher.calls).toEqual([]);
  });

  it("is counted by source and answer, and logged without a value", async () => {
    const lines: string[] = [];
    const pusher: Pusher = {
      push: async () => [
        { status: "ACCEPTED" },
        { status: "REJECTED", code: "ROW_INVALID", reason: "column 'text': \"secret\" is not a string" },
      ],
    };
    const handler = handlerOf({ pusher, log: (line) => lines.push(line), logRequests: true });
    await ask(handler, MUTATION, { rows: [{ id: 1 }, { id: 2, text: "secret" }] });
    const metrics = await (await handler.fetch("http://test/metrics")).text();
    expect(metrics).toContain('lockstep_pushed_rows_total{source="every_thing",answer="ACCEPTED"} 1');
    expect(metrics).toContain('lockstep_pushed_rows_total{source="every_thing",answer="REJECTED"} 1');
    expect(metrics).toMatch(/lockstep_requests_total\{operation="push",status="200"\} 1/);
    const [line = ""] = lines;
    expect(JSON.parse(line)).toMatchObject({
      operation: "push",
      sources: ["every_thing"],
      rows: 2,
      refusals: ["ROW_INVALID"],
    });
    expect(line).not.toContain("secret");
  });

  it("is told as an error with a code where the store fails, and takes no longer than a request may", async () => {
    const never: Pusher = { push: () => new Promise(() => {}) };
    const late = await ask(handlerOf({ pusher: never, limits: { timeMs: 50 } }), MUTATION, { rows: [{ id: 1 }] });
    expect([late.status, late.errors[0]?.extensions["code"]]).toEqual([504, "LIMIT_TIME"]);
    const broken: Pusher = { push: () => Promise.reject(new Error("at 10.0.0.7")) };
    const failed = await ask(handlerOf({ pusher: broken }), MUTATION, { rows: [{ id: 1 }] });
    expect(failed.errors[0]?.extensions["code"]).toBe("INTERNAL");
    expect(failed.text).not.toContain("10.0.0.7");
  });

  it("under way is answered before a server ends", async () => {
    let release = () => {};
    let begun = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const pusher: Pusher = {
      push: async (_, rows) => {
        begun();
        await held;
        return rows.map(() => ({ status: "ACCEPTED" }));
      },
    };
    const server = await startServer({
      reader,
      repo,
      health: healthy,
      pusher,
      log: () => {},
      host: "127.0.0.1",
      port: 0,
    });
    const answered = fetch(`${server.url}/push`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ source: "every_thing", rows: [{}] }),
    });
    await started;
    const closed = server.close();
    release();
    expect(await (await answered).json()).toEqual({ answers: [{ status: "ACCEPTED" }] });
    await closed;
  });
});
