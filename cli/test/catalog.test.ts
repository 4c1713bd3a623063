import { expect, test } from "vitest";
import { fakeStore, fs, repo, STATUS } from "./fake.js";

const views = [
  {
    view: "origin_delays",
    generation: 1,
    watermark: "2001-06-15T12:00:00.000000Z",
    lagSeconds: 9_000,
    freshnessSeconds: 7_200,
    stale: true,
    keys: 1_238,
    lastRun: "failed",
  },
  {
    view: "route_history",
    generation: 2,
    watermark: null,
    lagSeconds: null,
    freshnessSeconds: null,
    stale: false,
    keys: null,
    lastRun: null,
  },
];

test("status", async () => {
  const store = fakeStore({ status: async () => ({ ...STATUS, views }) });
  const { code, out } = await fs("status", { store, tty: true });
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "project       flights
    environment   dev
    version       2, applied 2026-01-02T03:04:05Z
    now           2001-06-15T14:30:00Z
    online store  lmdb, reachable

    view           T                     lag     freshness  stale   keys  last run
    origin_delays  2001-06-15T12:00:00Z  2h 30m  2h         yes    1,238  failed
    route_history  never                                    no
    "
  `);
  expect(JSON.parse((await fs("status --json", { store })).out)).toEqual({ ...STATUS, views });
});

test("status before the first apply, with a store that does not answer", async () => {
  const online = { kind: "redis", reachable: false, warnings: ["maxmemory-policy is allkeys-lru"] };
  const store = fakeStore({ status: async () => ({ ...STATUS, version: null, appliedAt: null, online }) });
  expect((await fs("status", { store })).out).toMatchInlineSnapshot(`
    "project       flights
    environment   dev
    version       none: run \`fs apply\`
    now           2001-06-15T14:30:00Z
    online store  redis, not reachable
    warning       maxmemory-policy is allkeys-lru
    "
  `);
});

test("list", async () => {
  expect((await fs("list", { tty: true, columns: 100 })).out).toMatchInlineSnapshot(`
    "kind       name           what                          description
    entity     airport        origin                        An airport, by its IATA code
    entity     route          origin, destination
    source     flights        parquet data/flights.parquet  US domestic flights, January to June 2001: …
    view       origin_delays  9 features of airport         How late the flights from an airport have b…
    view       route_history  6 features of route           What happened lately between two airports
    on-demand  departure      3 outputs                     What the request itself tells
    service    flight_delay   21 features                   Will this flight be more than 15 minutes la…
    "
  `);
});

test("list one kind", async () => {
  expect((await fs("list entities")).out).toMatchInlineSnapshot(`
    "kind    name     what                 description
    entity  airport  origin               An airport, by its IATA code
    entity  route    origin, destination
    "
  `);
  const { out } = await fs("list views --json");
  expect(JSON.parse(out)).toMatchObject([
    { kind: "feature view", name: "origin_delays", owner: "ops@example.org" },
    { name: "route_history" },
  ]);
  const wrong = await fs("list tables");
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain("Allowed choices are entities, sources, views, on-demand, services.");
});

test("an empty list", async () => {
  const store = fakeStore({ local: async () => ({ ...repo, entities: [] }) });
  expect((await fs("list entities", { store })).out).toBe("Nothing of the kind is declared.\n");
  expect((await fs("list entities --json", { store })).out).toBe("[]\n");
});

const DESCRIPTION = {
  kind: "feature view",
  name: "origin_delays",
  description: "How late the flights\nfrom an airport have been",
  owner: "ops@example.org",
  facts: [
    ["entity", "airport"],
    ["freshness", "2h"],
  ],
  tables: [
    {
      title: "Features",
      columns: ["name", "type", "value"],
      rows: [
        ["mean_delay_3h", "float64", "mean of delay over 3h"],
        ["flights_ever", "int64", "count over lifetime"],
      ],
    },
    { title: "Nothing", columns: ["name"], rows: [] },
  ],
  detail: { keys: [] },
};

test("describe", async () => {
  const store = fakeStore({ describe: async (name: string) => ({ ...DESCRIPTION, name }) });
  expect((await fs("describe origin_delays", { store })).out).toMatchInlineSnapshot(`
    "feature view origin_delays
    How late the flights from an airport have been

    owner      ops@example.org
    entity     airport
    freshness  2h

    Features
    name           type     value
    mean_delay_3h  float64  mean of delay over 3h
    flights_ever   int64    count over lifetime
    "
  `);
  expect(JSON.parse((await fs("describe origin_delays --json", { store })).out)).toEqual(DESCRIPTION);
});

test("compile prints the SQL and nothing else", async () => {
  const store = fakeStore({ compile: async (service: string) => `SELECT '${service}'` });
  expect((await fs("compile flight_delay", { store })).out).toBe("SELECT 'flight_delay'\n");
  const { out } = await fs("compile flight_delay --json", { store });
  expect(JSON.parse(out)).toEqual({ service: "flight_delay", version: 2, sql: "SELECT 'flight_delay'" });
});
