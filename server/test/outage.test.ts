import { setTimeout as sleep } from "node:timers/promises";
import { type OnlineStore, openOnlineStore } from "@lockstep/online";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askRedis, type RedisServer, startRedis } from "../../test/support/redis-server.js";
import { until } from "../../test/support/until.js";
import { type RunningServer, startServer } from "../src/index.js";
import { example, fakeReader, healthy } from "./example.js";

let redis: RedisServer;
let store: OnlineStore;
let server: RunningServer;
const values = fakeReader(example, () => ({ value: null }));
const GUARD = { atOnce: 20, queued: 20, timeoutMs: 300, failures: 5, openMs: 200 };

const start = (guard: typeof GUARD) =>
  startServer({
    // Values are made up; that they wait for a real read of a real Redis is what counts here.
    reader: async (through) => {
      const guarded = through(store);
      return {
        read: async (...args) => {
          await guarded.read([{ key: Uint8Array.from([1]), generations: [1] }], [1]);
          return values.read(...args);
        },
      };
    },
    repo: example,
    health: async () => {
      await store.ping();
      return healthy();
    },
    host: "127.0.0.1",
    port: 0,
    log: () => {},
    guard,
  });

beforeAll(async () => {
  redis = await startRedis();
  store = await openOnlineStore({ kind: "redis", url: redis.url, commandTimeout: 1_000, retries: 0 }, "outage");
  server = await start(GUARD);
});

afterAll(async () => {
  redis.resume();
  await server.close();
  await store.close();
  await redis.stop();
});

const QUERY = JSON.stringify({
  query: `{ flight_delay(entities: [{origin: "ORD"}]) { rows { dest { flights_1d } } } }`,
});

async function ask(of = server) {
  const response = await fetch(`${of.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: QUERY,
  });
  const text = await response.text();
  const code: string = JSON.parse(text).errors?.[0]?.extensions?.code ?? "OK";
  return { status: response.status, code, retry: response.headers.get("retry-after"), text };
}

const OUTAGE = /^(STORE_(BUSY|TIMEOUT|UNAVAILABLE)|ONLINE_UNAVAILABLE)$/;

/** Hundreds of requests against a store that doesn't answer, and then its return. */
async function outage(end: () => void | Promise<void>): Promise<void> {
  const replies = await Promise.all(Array.from({ length: 300 }, () => ask()));
  for (const { status, code, retry, text } of replies) {
    expect([status, retry]).toEqual([503, "1"]);
    expect(code).toMatch(OUTAGE);
    expect(text).not.toMatch(/127\.0\.0\.1|node_modules|ECONN|ioredis/);
  }
  const guard = () => server.operations?.guard();
  expect(guard()?.running).toBeLessThanOrEqual(GUARD.atOnce);
  expect(guard()?.waiting).toBeLessThanOrEqual(GUARD.queued);
  // Open: refused without asking, and the balancer hears of it.
  await until(async () => expect((await ask()).code).toBe("STORE_UNAVAILABLE"));
  await until(async () => {
    const ready = await fetch(`${server.url}/readyz`);
    expect(ready.status).toBe(503);
  });
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  await end();
  await until(async () => expect(await ask()).toMatchObject({ status: 200, code: "OK" }));
  await until(async () => expect(guard()).toMatchObject({ circuit: "closed", running: 0, waiting: 0 }));
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
}

test("a Redis that hangs: quick refusals, bounded work, and answers again when it goes on", async () => {
  expect(await ask()).toMatchObject({ status: 200, code: "OK" });
  redis.pause();
  await outage(() => redis.resume());
});

test("a Redis that is gone, and back", async () => {
  await redis.kill();
  await outage(() => redis.restart());
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/lockstep_store_reads_refused_total\{reason="open"\} [1-9]/);
  expect(metrics).toMatch(/lockstep_errors_total\{code="STORE_UNAVAILABLE"\} [1-9]/);
  expect(metrics).toMatch(/lockstep_store_read_duration_seconds_count\{outcome="error"\} [1-9]/);
  expect(metrics).toMatch(/lockstep_requests_total\{operation="read",status="503"\} [1-9]/);
  expect(metrics).toContain("lockstep_store_circuit_state 0");
});

test("a slow Redis: answers wait for it, none fails, and the metrics say whose time it was", async () => {
  const patient = await start({ ...GUARD, atOnce: 5, queued: 100, timeoutMs: 20_000 });
  let slow = true;
  const pauses = (async () => {
    while (slow) {
      await askRedis(redis.port, "CLIENT PAUSE 60");
      await sleep(65);
    }
  })();
  for (let round = 0; round < 3; round++) {
    const replies = await Promise.all(Array.from({ length: 50 }, () => ask(patient)));
    expect(replies.map(({ status, code }) => `${status} ${code}`)).toEqual(Array(50).fill("200 OK"));
  }
  slow = false;
  await pauses;
  const metrics = await (await fetch(`${patient.url}/metrics`)).text();
  const reads = (part: string) =>
    Number(metrics.split(`lockstep_store_read_duration_seconds_${part}outcome="ok"} `)[1]?.split("\n")[0]);
  expect(reads("count{")).toBe(150);
  expect(reads('bucket{le="0.01",')).toBeLessThan(150);
  expect(metrics).toContain("lockstep_store_circuit_state 0");
  await patient.close();
});
