import { formatInstant as coreFormat, instant, LockstepError } from "@lockstep/core";
import { createHandler } from "@lockstep/server";
import { expect, test } from "vitest";
import type { flightDelay } from "../../../feature_repo/src/features.js";
import { everyType, type everything } from "../../../server/test/every-type.js";
import { type Cell, example, fakeReader, healthy } from "../../../server/test/example.js";
import { HARD_VALUES } from "../../../server/test/hard-values.js";
import { createClient, type Fetch } from "../src/index.js";
import { formatInstant, parseInstant } from "../src/instant.js";
import { failure, URL } from "./serving.js";

function serve(
  repo: typeof example,
  cells: (column: string, row: Readonly<Record<string, unknown>>) => Cell,
  more = {},
) {
  const reader = fakeReader(repo, cells, more);
  const handler = createHandler({ reader, repo, health: healthy, log: () => {} });
  const sent: { query: string; variables: Record<string, unknown> }[] = [];
  const fetch: Fetch = (url, init) => {
    sent.push(JSON.parse(init.body));
    return handler.fetch(url, init);
  };
  return { reader, sent, fetch };
}

const FLIGHT = { origin: "ORD", destination: "SFO", scheduled: 983448000000001n };
const one = (column: string): Cell => ({ value: column.includes("flights") ? 9007199254740993n : null });

test("every type arrives as it left, there and back", async () => {
  const { fetch, reader } = serve(everyType, (column, row) => ({
    value: column === "echo__fine" ? true : ((row[column.slice(7)] ?? null) as Cell["value"]),
  }));
  const client = createClient<typeof everything>({ url: URL, service: "everything", fetch });
  const requests = HARD_VALUES.map((row, index) => ({ id: 2n ** 62n + BigInt(index), region: "x", ...row }));
  const rows = await client.features(requests as never);
  HARD_VALUES.forEach((row, index) => {
    const expected = Object.entries(row).map(([name, value]) => [
      `every__${name}`,
      name === "a_vector" ? Float32Array.from(value as number[]) : value,
    ]);
    expect(rows[index]).toEqual({ ...Object.fromEntries(expected), echo__fine: true });
  });
  expect(reader.calls[0]?.rows.map((row) => row["id"])).toEqual(requests.map((row) => row.id));
});

test("nulls, and numbers for int64", async () => {
  const { fetch, reader } = serve(everyType, () => ({ value: null }));
  const client = createClient<typeof everything>({ url: URL, service: "everything", fetch });
  const nulls = Object.fromEntries(Object.keys(HARD_VALUES[0] ?? {}).map((name) => [name, null]));
  const [row] = await client.features([{ id: 7, region: null, ...nulls } as never]);
  expect(Object.values(row ?? {})).toEqual(Object.keys(row ?? {}).map(() => null));
  expect(reader.calls[0]?.rows[0]).toMatchObject({ id: 7n, region: null, a_decimal: null });
  for (const id of [Number.NaN, 2 ** 53, 0.5]) {
    expect((await failure(client.features([{ id, region: null, ...nulls } as never]))).code).toBe("VALUE_INVALID");
  }
});

test("instants as core writes them, to the ends of int64", () => {
  const samples = [0n, -1n, 983448000000001n, -62167219200000000n, -62167219200000001n, 253402300800000000n];
  for (const value of [...samples, 2n ** 63n - 1n, -(2n ** 63n)]) {
    expect(formatInstant(value)).toBe(coreFormat(value));
    expect(parseInstant(coreFormat(value))).toBe(value);
  }
  for (let day = -400_000n; day < 400_000n; day += 997n) {
    const value = day * 86_400_000_000n + day;
    expect(formatInstant(value)).toBe(coreFormat(value));
    expect(parseInstant(coreFormat(value))).toBe(value);
  }
});

test("features, with the catalog fetched once", async () => {
  const { fetch, sent, reader } = serve(example, one);
  const client = createClient<typeof flightDelay>({ url: `${URL}/`, service: "flight_delay", fetch });
  const [[row], [other]] = await Promise.all([
    client.features([FLIGHT]),
    client.features([FLIGHT], { at: "2001-03-01T13:00:00Z" }),
  ]);
  expect(row?.origin_delays__flights_3h).toBe(9007199254740993n);
  expect(row?.departure__hour).toBeNull();
  expect(other).toEqual(row);
  await client.features([FLIGHT], { at: instant("2001-03-01T13:00:00.000009Z") });
  expect(sent.filter((s) => s.query.includes("_catalog_service"))).toHaveLength(1);
  expect(reader.calls.map((c) => c.options?.at)).toEqual([
    undefined,
    instant("2001-03-01T13:00:00Z"),
    instant("2001-03-01T13:00:00.000009Z"),
  ]);
  expect(sent[1]?.variables).toEqual({
    entities: [{ origin: "ORD", destination: "SFO", scheduled: "2001-03-01T12:00:00.000001Z" }],
  });
  expect(await client.query()).toBe(sent[1]?.query);
});

test("a read of some columns, with statuses", async () => {
  const { fetch, reader } = serve(example, (column) =>
    column === "dest__flights_1d" ? { value: 3n } : { value: null, status: "EXPIRED" },
  );
  const client = createClient<typeof flightDelay>({ url: `${URL}/graphql`, service: "flight_delay", fetch });
  const columns = ["route_history__last_delay", "dest__flights_1d"] as const;
  const answer = await client.read([FLIGHT, FLIGHT], { columns });
  const row = {
    values: { dest__flights_1d: 3n, route_history__last_delay: null },
    statuses: { dest__flights_1d: "PRESENT", route_history__last_delay: "EXPIRED" },
  };
  expect(answer).toEqual({
    t: instant("2001-03-01T12:00:00.000001Z"),
    watermark: instant("2001-03-01T12:00:00Z"),
    rows: [row, row],
    errors: [],
  });
  expect(reader.calls[0]?.options?.columns).toEqual(["dest__flights_1d", "route_history__last_delay"]);
  expect(await client.query({ columns, statuses: true })).toMatchInlineSnapshot(`
    "query flight_delay($entities: [FlightDelayEntity!]!, $at: Timestamp) {
      flight_delay(entities: $entities, at: $at) {
        t
        watermark
        rows {
          dest {
            flights_1d
            _statuses { flights_1d }
          }
          route_history {
            last_delay
            _statuses { last_delay }
          }
        }
      }
    }
    "
  `);
  expect((await client.read([FLIGHT], { columns: [] })).rows).toEqual([{ values: {}, statuses: {} }]);
});

test("cells that fail", async () => {
  const errors = [{ row: 1, column: "departure__hour", code: "ON_DEMAND_FAILED", message: "no clock" }];
  const { fetch } = serve(example, one, { errors });
  const client = createClient<typeof flightDelay>({ url: URL, service: "flight_delay", fetch });
  const answer = await client.read([FLIGHT, FLIGHT]);
  expect(answer.errors).toEqual(errors);
  expect(answer.rows[1]?.statuses).toMatchObject({ departure__hour: null, departure__weekday: "NULL" });
  expect(answer.rows[1]?.values.dest__flights_1d).toBe(9007199254740993n);
  const error = await failure(client.features([FLIGHT, FLIGHT]));
  expect(error).toMatchObject({ code: "ROWS_FAILED", rows: errors });
  expect(error.message).toContain("row 1, departure__hour: no clock");
});

test("calls that fail keep the server's code and mend", async () => {
  const { fetch } = serve(example, one);
  const refused = new LockstepError({ code: "BEFORE_WATERMARK", place: "dest", what: "too early", mend: "ask later" });
  const reader = { read: () => Promise.reject(refused) };
  const handler = createHandler({ reader, repo: example, health: healthy, log: () => {} });
  const client = createClient<typeof flightDelay>({ url: URL, service: "flight_delay", fetch: handler.fetch });
  expect(await failure(client.features([FLIGHT]))).toMatchObject({
    code: "BEFORE_WATERMARK",
    message: "too early",
    mend: "ask later",
    place: "dest",
  });
  const unknown = createClient<typeof flightDelay>({ url: URL, service: "flight_dela" as "flight_delay", fetch });
  expect((await failure(unknown.features([]))).code).toBe("SERVICE_UNKNOWN");
  const columns = ["nothing" as "departure__hour"];
  const known = createClient<typeof flightDelay>({ url: URL, service: "flight_delay", fetch });
  expect((await failure(known.read([], { columns }))).code).toBe("COLUMN_UNKNOWN");
});

test("timeouts, aborts, and what is no server", async () => {
  const never: Fetch = (_url, { signal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const of = (fetch: Fetch, timeoutMs = 5_000) =>
    createClient<typeof flightDelay>({ url: URL, service: "flight_delay", fetch, timeoutMs });
  expect((await failure(of(never, 20).features([]))).code).toBe("TIMEOUT");
  const controller = new AbortController();
  const call = failure(of(never).features([], { signal: controller.signal }));
  controller.abort();
  expect((await call).code).toBe("ABORTED");
  const { fetch } = serve(example, one);
  let calls = 0;
  const slow = of((url, init) => (calls++ === 0 ? fetch(url, init) : never(url, init)));
  await slow.query();
  const second = new AbortController();
  const aborted = failure(slow.features([FLIGHT], { signal: second.signal }));
  second.abort();
  expect((await aborted).code).toBe("ABORTED");
  const page: Fetch = () => new Response("<html>", { status: 502 });
  expect(await failure(of(page).features([]))).toMatchObject({ code: "BAD_RESPONSE" });
  const refused: Fetch = () => Promise.reject(new TypeError("fetch failed"));
  expect((await failure(of(refused).features([]))).code).toBe("UNREACHABLE");
});

test("a failure to fetch the catalog is not remembered", async () => {
  const { fetch } = serve(example, one);
  let down = true;
  const client = createClient<typeof flightDelay>({
    url: URL,
    service: "flight_delay",
    fetch: (url, init) => (down ? Promise.reject(new TypeError("down")) : fetch(url, init)),
  });
  expect((await failure(client.features([FLIGHT]))).code).toBe("UNREACHABLE");
  down = false;
  expect(await client.features([FLIGHT])).toHaveLength(1);
});

test("a service that is applied anew is asked anew", async () => {
  const without = {
    ...example,
    services: example.services.map((s) => ({ ...s, members: s.members.filter((m) => m.kind === "view") })),
  };
  let served = example;
  const reader = fakeReader(example, one);
  const handler = createHandler({ reader, repo: () => ({ repo: served }), health: healthy, log: () => {} });
  const client = createClient<typeof flightDelay>({ url: URL, service: "flight_delay", fetch: handler.fetch });
  expect(Object.keys((await client.features([FLIGHT]))[0] ?? {})).toContain("departure__hour");
  served = without;
  expect(Object.keys((await client.features([FLIGHT]))[0] ?? {})).not.toContain("departure__hour");
});
