import { LockstepError } from "@lockstep/core";
import { createHandler, type ServerOptions } from "@lockstep/server";
import { expect, test } from "vitest";
import { exampleQuery } from "../src/example-query.js";
import { fakeStore, fs, repo, T } from "./fake.js";

const HEALTH = { registry: { ok: true, version: 2 } };

function fakeServer() {
  const stop = new AbortController();
  const events: string[] = [];
  const started: ServerOptions[] = [];
  const startServer = async (options: ServerOptions) => {
    started.push(options);
    // What asks the process to stop comes after it has begun to serve.
    setTimeout(() => stop.abort(143), 20);
    const port = options.port || 50_000;
    return {
      url: `http://${options.host}:${port}`,
      port,
      operations: {} as never,
      close: async () => void events.push("server closed"),
    };
  };
  const closing = { close: async () => void events.push("store closed") };
  return { stop: stop.signal, events, started, startServer, closing };
}

test("serve prints where it is and what to ask, and stops gracefully with 0", async () => {
  const { closing, events, started, ...world } = fakeServer();
  const { code, out } = await fs("serve", { ...world, store: fakeStore({ ...closing, health: async () => HEALTH }) });
  expect(code).toBe(0);
  expect(events).toEqual(["server closed", "store closed"]);
  expect(out).toMatchInlineSnapshot(`
    "Serving version 2 of environment dev at http://127.0.0.1:5000/graphql: flight_delay

    Try:
      curl -s http://127.0.0.1:5000/graphql -H 'content-type: application/json' -d '{"query":"{ flight_delay(entities: [{origin: \\"A\\", destination: \\"A\\", scheduled: \\"2001-06-15T12:00:00Z\\"}]) { t rows { origin_delays { mean_delay_3h mean_delay_1d mean_delay_7d } } } }"}'

    Ctrl-C stops it.
    "
  `);
  expect(started).toMatchObject([{ host: "127.0.0.1", port: 5000, development: false }]);
  expect(await started[0]?.health()).toBe(HEALTH);
});

test("host and port: the option's, then the environment's", async () => {
  const serverSettings = async () => ({ host: "0.0.0.0", port: 8080, workers: 1 });
  const first = fakeServer();
  const { out } = await fs("serve --port 0 --graphiql --json", { ...first, store: fakeStore({ serverSettings }) });
  expect(first.started).toMatchObject([{ host: "0.0.0.0", port: 0, development: true }]);
  expect(JSON.parse(out)).toMatchObject({ url: "http://0.0.0.0:50000", version: 2, services: ["flight_delay"] });
});

test("a server that can't start", async () => {
  const startServer = () => Promise.reject(new LockstepError({ code: "LISTEN_FAILED", what: "no" }));
  const { code, err } = await fs("serve", { startServer });
  expect({ code, err }).toEqual({ code: 1, err: "error LISTEN_FAILED\n  no\n" });
});

test("the example is a query that the server understands", async () => {
  const [service] = repo.services;
  if (!service) throw new Error("the example has a service");
  const asked: unknown[] = [];
  const reader = {
    read: (...args: unknown[]) => {
      asked.push(args);
      return Promise.reject(new Error("enough"));
    },
  };
  const handler = createHandler({ reader, repo, health: () => Promise.reject(new Error()), log: () => {} });
  await handler.fetch("http://any/graphql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: exampleQuery(repo, service, "2001-06-15T12:00:00Z") }),
  });
  expect(asked).toMatchObject([
    [
      "flight_delay",
      [{ origin: "A", destination: "A", scheduled: T }],
      { columns: ["origin_delays__mean_delay_3h", "origin_delays__mean_delay_1d", "origin_delays__mean_delay_7d"] },
    ],
  ]);
});
