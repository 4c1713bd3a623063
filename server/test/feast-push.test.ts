import { Database } from "@lockstep/offline";
import { createReader } from "@lockstep/online";
import { createPusher } from "@lockstep/push";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, order, pushShop, type Shop } from "../../packages/ingest/test/shop.js";
import { lmdbFolder } from "../../test/support/lmdb-folder.js";
import { createHandler, type Handler } from "../src/index.js";
import { healthy } from "./example.js";

let shop: Shop;
let handler: Handler;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  const db = await Database.open({ threads: 1 });
  const { store, end } = await lmdbFolder();
  ends.push(end, () => db.close());
  shop = openShop(db, store);
  await shop.apply(pushShop());
  await shop.run([order("ada", 1, 10), order("bea", 3, 30)], 100n);
  const { served } = await shop.registry.state();
  if (!served) throw new Error("something is served");
  const { repo } = served;
  const generations = new Map(Object.entries(served.generations));
  const reader = createReader({
    store,
    serving: () => ({ repo, computations: new Map(), generations }),
    now: () => 500n,
  });
  const pusher = createPusher({ project: "p", store, registry: shop.registry });
  handler = createHandler({ reader, pusher, repo, health: healthy, log: () => {}, limits: { timeMs: 60_000 } });
});
afterAll(async () => {
  for (const end of ends) await end();
});

async function push(body: object, to = handler) {
  const response = await to.fetch("http://test/push", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

/** As pandas prints it, and Feast's documentation pushes it. */
const at = (micros: number) => `1970-01-01 00:00:00.${String(micros).padStart(6, "0")}`;
const df = (customer: string, id: number | null, micros: number) => ({
  customer: [customer],
  id: [id],
  at: [at(micros)],
  known: [at(micros)],
});

test("Feast's push request puts rows into the source of its name", async () => {
  const frame = { customer: ["ada", "cleo"], id: [7, 8], at: [at(200), at(210)], known: [at(200), at(210)] };
  const request = { push_source_name: "orders", df: frame, allow_registry_cache: true, transform_on_write: true };
  const answers = [{ status: "ACCEPTED" }, { status: "ACCEPTED" }];
  expect(await push({ ...request, to: "online" })).toEqual({ status: 200, body: { answers } });
  expect(await shop.read("e", "ada", 500n)).toEqual([7n, 2n]);
  expect(await shop.read("e", "cleo", 500n)).toEqual([8n, 1n]);
  const again = [{ status: "DUPLICATE" }, { status: "DUPLICATE" }];
  expect(await push(request)).toEqual({ status: 200, body: { answers: again } });
});

test("a row that is refused is a failure, as Feast's clients know it, and the others are pushed", async () => {
  const frame = { customer: ["dan", "dan"], id: [20, null], at: [at(300), at(301)], known: [at(300), at(301)] };
  const { status, body } = await push({ push_source_name: "orders", df: frame });
  const reason = "column 'id' is null, and without it a row is no event";
  expect(status).toBe(400);
  expect(body).toEqual({
    error: {
      code: "ROWS_REJECTED",
      place: "df, row 1",
      message: `1 of 2 rows are refused, the others are pushed; ROW_INVALID: ${reason}`,
      mend: expect.any(String),
    },
    answers: [{ status: "ACCEPTED" }, { status: "REJECTED", code: "ROW_INVALID", reason }],
  });
  expect(await shop.read("e", "dan", 500n)).toEqual([20n, 1n]);
});

test("what is known at or before T is left to the source", async () => {
  const { status, body } = await push({ push_source_name: "orders", df: df("ada", 9, 90) });
  expect([status, body.answers]).toEqual([200, [{ status: "LATE" }]]);
});

test.each(["offline", "online_and_offline"])("to: %s is refused before anything is written", async (to) => {
  const { status, body } = await push({ push_source_name: "orders", df: df("eve", 30, 400), to });
  expect([status, body.error.code, body.error.place]).toEqual([400, "PUSH_OFFLINE", "to"]);
  expect(body.error.message).toContain(`'${to}' writes to the offline store`);
  expect(await shop.read("e", "eve", 500n)).toEqual([null, 0n]);
});

test("mistakes say where they are", async () => {
  const refusal = async (body: object) => {
    const { status, body: said } = await push(body);
    return [status, said.error.code, said.error.place];
  };
  const request = { push_source_name: "orders", df: df("ada", 40, 500) };
  expect(await refusal({ ...request, push_source_name: "order" })).toEqual([404, "SOURCE_UNKNOWN", "'order'"]);
  expect(await refusal({ ...request, to: "nowhere" })).toEqual([400, "REQUEST_INVALID", "to"]);
  expect(await refusal({ ...request, df: { ...request.df, id: [1, 2] } })).toEqual([400, "REQUEST_INVALID", "df.id"]);
  expect(await refusal({ ...request, df: { id: 1 } })).toEqual([400, "REQUEST_INVALID", "df.id"]);
  expect(await refusal({ push_source_name: "orders" })).toEqual([400, "REQUEST_INVALID", "df"]);
  expect(await refusal({ source: "orders", rows: { a: [1], b: [] } })).toEqual([400, "REQUEST_INVALID", "rows.b"]);
});
