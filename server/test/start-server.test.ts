import { mkdtemp, rm } from "node:fs/promises";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LockstepError } from "@lockstep/core";
import { type FeatureReader, type LoggedShape, readServingLog } from "@lockstep/online";
import { afterEach, expect, test } from "vitest";
import { type RunningServer, type ServerOptions, startServer } from "../src/index.js";
import { example, fakeReader, healthy } from "./example.js";

const reader = fakeReader(example, () => ({ value: 1n }));
const running: RunningServer[] = [];

async function start(more: Partial<ServerOptions> = {}) {
  const options = { reader, repo: example, health: healthy, host: "127.0.0.1", port: 0, log: () => {}, ...more };
  const server = await startServer(options);
  running.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

const post = (url: string, query: string) =>
  fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });

const QUERY = `{ flight_delay(entities: [{origin: "ORD"}]) { rows { dest { flights_1d } } } }`;

test("answers over a socket, and keeps it alive", async () => {
  const { url } = await start();
  expect(await (await post(url, QUERY)).json()).toEqual({
    data: { flight_delay: { rows: [{ dest: { flights_1d: "1" } }] } },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const reused = () =>
    new Promise<boolean>((resolve, reject) => {
      const request = get(`${url}/healthz`, { agent }, (response) => {
        response.resume().on("end", () => resolve(request.reusedSocket));
      }).on("error", reject);
    });
  expect([await reused(), await reused()]).toEqual([false, true]);
  agent.destroy();
});

test("close waits for the requests under way, and takes no new ones", async () => {
  let finish = () => {};
  const begun = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = {
    read: async (...args: Parameters<typeof reader.read>) => {
      finish();
      await held;
      return reader.read(...args);
    },
  };
  const { url, close } = await start({ reader: slow });
  const answer = post(url, QUERY);
  await begun;
  const closed = close();
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  release();
  expect((await answer).status).toBe(200);
  await closed;
});

test("close ends what doesn't end by itself", async () => {
  const { url, close } = await start({ reader: { read: () => new Promise(() => {}) }, graceMs: 100 });
  const answer = post(url, QUERY);
  answer.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 50));
  const begin = Date.now();
  await close();
  await expect(answer).rejects.toThrow();
  expect(Date.now() - begin).toBeLessThan(2_000);
});

test("a port that is taken, and a schema that can't be built", async () => {
  const { port } = await start();
  const taken = await start({ port }).catch((error: unknown) => error);
  expect(taken).toBeInstanceOf(LockstepError);
  expect((taken as LockstepError).code).toBe("LISTEN_FAILED");
  const empty = { ...example, services: example.services.map((s) => ({ ...s, members: [] })) };
  for (const repo of [empty, () => ({ repo: empty })]) {
    const failed = await start({ repo }).catch((error: unknown) => error);
    expect((failed as LockstepError).code).toBe("SCHEMA_EMPTY");
  }
});

test("keeps what it serves in a log, and what waits when it is closed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-served-"));
  try {
    const origin = { version: 1, inputs: [], values: [], views: [], ahead: [] };
    const traced: FeatureReader = { read: async (...args) => ({ ...(await reader.read(...args)), origin }) };
    const server = await start({ reader: traced, servingLog: { folder, sample: 1 } });
    await post(server.url, QUERY);
    const ready = (await (await fetch(`${server.url}/readyz`)).json()) as { servingLog: object };
    expect(ready.servingLog).toMatchObject({ dropped: 0, error: null });
    expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(
      /lockstep_serving_log_answers_total\{outcome="dropped"\} 0/,
    );
    await server.close();
    const kept = [];
    for await (const { answers } of readServingLog(folder, (json) => json as LoggedShape)) kept.push(...answers);
    expect(kept).toMatchObject([{ shape: { service: "flight_delay", version: 1 }, rows: 1 }]);
    expect(kept[0]?.requestId).not.toBe("");
  } finally {
    await rm(folder, { recursive: true });
  }
});
