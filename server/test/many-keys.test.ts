import { featureService } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, expect, test } from "vitest";
import { redisStore } from "../../test/support/redis-store.js";
import { serve } from "../../test/support/serve.js";
import { type RunningServer, startServer } from "../src/index.js";
import { healthy } from "./example.js";
import { orders, spending } from "./orders.js";

const KEYS = 10_000;
const service = featureService("checkout", [spending]);

let redis: Awaited<ReturnType<typeof redisStore>>;
let db: Database;
let server: RunningServer;

beforeAll(async () => {
  redis = await redisStore();
  db = await Database.open();
  await db.run(
    `CREATE TABLE orders AS SELECT 'c' || i AS customer_id, TIMESTAMP '2026-01-01' AS at, i::BIGINT AS amount FROM range(${KEYS}) r(i)`,
  );
  const { repo, through } = await serve(db, redis.store, service, orders, 1_800_000_000_000_000n);
  server = await startServer({
    reader: async (around) => through(around(redis.store)),
    repo,
    health: healthy,
    host: "127.0.0.1",
    port: 0,
    log: () => {},
  });
});
afterAll(async () => {
  await server.close();
  await redis.end();
  db.close();
});

/** In no order, some of them twice or more, some of them nobody's. */
const asked = Array.from({ length: KEYS }, (_, i) => ((i * 7_919) % (KEYS + 500)) - (i % 10 === 0 ? i % 100 : 0));
const ids = asked.map((i) => `c${i}`);
const amounts = asked.map((i) => (i >= 0 && i < KEYS ? String(i) : null));
const entities = ids.map((customer_id) => ({ customer_id }));

const post = (path: string, body: object, accept = "application/json") =>
  fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", accept },
    body: JSON.stringify(body),
  });

test("what is asked has unknown keys and keys that are asked twice", () => {
  expect(new Set(ids).size).toBeLessThan(KEYS);
  expect(amounts).toContain(null);
});

test("10,000 keys at once over a real Redis: each row's own answer in its place, by every way in", async () => {
  const query = "query ($e: [CheckoutEntity!]!) { checkout(entities: $e) { rows { spending { amount } } } }";
  const { data } = await (await post("/graphql", { query, variables: { e: entities } })).json();
  expect(data.checkout.rows.map((row: { spending: { amount: string } }) => row.spending.amount)).toEqual(amounts);

  const { rows } = await (await post("/features", { service: "checkout", entities })).json();
  expect(rows.map((row: { spending__amount: string }) => row.spending__amount)).toEqual(amounts);

  const arrow = await post("/features", { service: "checkout", entities }, "application/vnd.apache.arrow.stream");
  const column = tableFromIPC(new Uint8Array(await arrow.arrayBuffer())).getChild("spending__amount");
  expect([...(column ?? [])].map((value) => (value === null ? null : String(value)))).toEqual(amounts);

  const feast = await post("/get-online-features", { features: ["spending:amount"], entities: { customer_id: ids } });
  const { results } = await feast.json();
  expect(results[1].values.map((value: number | null) => (value === null ? null : String(value)))).toEqual(amounts);
});

test("one key more is refused by every way in", async () => {
  const more = [...entities, { customer_id: "c1" }];
  const query = "query ($e: [CheckoutEntity!]!) { checkout(entities: $e) { rows { spending { amount } } } }";
  const graphql = await (await post("/graphql", { query, variables: { e: more } })).json();
  expect(graphql.errors[0].extensions.code).toBe("LIMIT_ENTITIES");
  expect((await post("/features", { service: "checkout", entities: more })).status).toBe(413);
  const columns = { customer_id: more.map(({ customer_id }) => customer_id) };
  expect((await post("/get-online-features", { features: ["spending:amount"], entities: columns })).status).toBe(413);
});
