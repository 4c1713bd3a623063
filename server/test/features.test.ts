import type { Value } from "@lockstep/core";
import { instant, toWire } from "@lockstep/core";
import { tableFromIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { createHandler, type HandlerOptions } from "../src/index.js";
import { everyType } from "./every-type.js";
import { type Cell, example, fakeReader, healthy } from "./example.js";
import { HARD_VALUES } from "./hard-values.js";

const AT = instant("2001-03-01T10:00:00.123456Z");
const cell = (column: string, _row: unknown, index: number): Cell =>
  index === 1
    ? { value: null, status: "MISSING" }
    : { value: column.includes("flights") ? 2n ** 60n : 0.5, eventTime: AT };
const flights = fakeReader(example, cell);
const handle = (more: Partial<HandlerOptions> = {}) =>
  createHandler({ reader: flights, repo: example, health: healthy, log: () => {}, ...more });

async function post(body: unknown, more: Partial<HandlerOptions> = {}, headers = {}) {
  const response = await handle(more).fetch("http://test/features", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}
const json = async (...args: Parameters<typeof post>) => {
  const { status, bytes } = await post(...args);
  return { status, ...JSON.parse(bytes.toString()) };
};

const ASKED = {
  service: "flight_delay",
  entities: [{ origin: "ORD" }, { origin: "LAX" }],
  features: ["origin_delays__mean_delay_3h", "origin_delays__flights_1d"],
};
const HEAD = {
  status: 200,
  service: "flight_delay",
  t: "2001-03-01T12:00:00.000001Z",
  watermark: "2001-03-01T12:00:00.000000Z",
  errors: [],
};
const BIG = String(2n ** 60n);

describe("POST /features", () => {
  test("gives a row for each entity", async () => {
    expect(await json(ASKED)).toEqual({
      ...HEAD,
      rows: [
        { origin_delays__mean_delay_3h: 0.5, origin_delays__flights_1d: BIG },
        { origin_delays__mean_delay_3h: null, origin_delays__flights_1d: null },
      ],
    });
    expect(flights.calls.at(-1)?.options).toEqual({ columns: ASKED.features, requestId: expect.any(String) });
  });

  test("gives columns, or vectors, with statuses and event times where they are asked for", async () => {
    const extras = { statuses: true, event_times: true };
    expect(await json({ ...ASKED, ...extras, form: "columns", entities: { origin: ["ORD", "LAX"] } })).toEqual({
      ...HEAD,
      columns: { origin_delays__mean_delay_3h: [0.5, null], origin_delays__flights_1d: [BIG, null] },
      statuses: {
        origin_delays__mean_delay_3h: ["PRESENT", "MISSING"],
        origin_delays__flights_1d: ["PRESENT", "MISSING"],
      },
      event_times: {
        origin_delays__mean_delay_3h: ["2001-03-01T10:00:00.123456Z", null],
        origin_delays__flights_1d: ["2001-03-01T10:00:00.123456Z", null],
      },
    });
    expect(flights.calls.at(-1)?.rows.map((row) => ({ ...row }))).toEqual(ASKED.entities);
    expect(await json({ ...ASKED, form: "vectors", statuses: true })).toEqual({
      ...HEAD,
      features: ASKED.features,
      vectors: [
        [0.5, BIG],
        [null, null],
      ],
      statuses: [
        ["PRESENT", "PRESENT"],
        ["MISSING", "MISSING"],
      ],
    });
  });

  test("asks about an instant, and about the whole service", async () => {
    await json({ service: "flight_delay", entities: [], at: "2001-03-01T14:00+01:00" });
    expect(flights.calls.at(-1)?.options).toEqual({ at: instant("2001-03-01T13:00Z"), requestId: expect.any(String) });
  });

  test("names the cells that failed", async () => {
    const errors = [{ row: 1, column: "origin_delays__flights_1d", code: "STATE_CORRUPT", message: "bytes" }];
    const answer = await json(ASKED, { reader: fakeReader(example, cell, { errors }) });
    expect(answer.errors).toEqual(errors);
  });

  test.each(HARD_VALUES.map((row, i) => [i, row] as const))("values %i leave as they are", async (_, row) => {
    const value = (column: string) => ({
      value: (row as Record<string, Value>)[column.slice("every__".length)] ?? null,
    });
    const options = { repo: everyType, reader: fakeReader(everyType, value) };
    const answer = await json({ service: "everything", entities: [{}] }, options);
    for (const feature of everyType.views[0]?.features ?? []) {
      const name = feature.name as keyof typeof row;
      expect(answer.rows[0][`every__${name}`]).toEqual(toWire(feature.type, row[name] ?? null));
    }
  });
});

describe("Arrow", () => {
  const ARROW = { accept: "application/vnd.apache.arrow.stream" };

  test("has the types of a training frame, and what is no column in its metadata", async () => {
    const { status, type, bytes } = await post({ ...ASKED, statuses: true, event_times: true }, {}, ARROW);
    expect([status, type]).toEqual([200, "application/vnd.apache.arrow.stream"]);
    const table = tableFromIPC(bytes);
    expect(table.schema.fields.map((f) => `${f.name} ${f.type}`)).toEqual([
      "origin_delays__mean_delay_3h Float64",
      "origin_delays__mean_delay_3h__status Utf8",
      "origin_delays__mean_delay_3h__event_time Timestamp<MICROSECOND, UTC>",
      "origin_delays__flights_1d Int64",
      "origin_delays__flights_1d__status Utf8",
      "origin_delays__flights_1d__event_time Timestamp<MICROSECOND, UTC>",
    ]);
    expect(table.getChild("origin_delays__mean_delay_3h")?.toJSON()).toEqual([0.5, null]);
    expect(table.getChild("origin_delays__flights_1d")?.toJSON()).toEqual([2n ** 60n, null]);
    expect(table.getChild("origin_delays__flights_1d__status")?.toJSON()).toEqual(["PRESENT", "MISSING"]);
    expect(Object.fromEntries(table.schema.metadata)).toEqual({
      service: "flight_delay",
      t: HEAD.t,
      watermark: HEAD.watermark,
      errors: "[]",
    });
  });

  test("holds every type, and no entity at all", async () => {
    const value = (column: string, _row: unknown, i: number) => ({
      value: (HARD_VALUES[i] as Record<string, Value>)[column.slice("every__".length)] ?? null,
    });
    const options = { repo: everyType, reader: fakeReader(everyType, value) };
    const table = tableFromIPC(
      (await post({ service: "everything", entities: HARD_VALUES.map(() => ({})) }, options, ARROW)).bytes,
    );
    expect(table.numRows).toBe(HARD_VALUES.length);
    expect(table.getChild("every__an_int64")?.toJSON()).toEqual(HARD_VALUES.map((row) => row.an_int64));
    expect(table.getChild("every__a_float64")?.toJSON()).toEqual(HARD_VALUES.map((row) => row.a_float64));
    const none = tableFromIPC((await post({ service: "everything", entities: [] }, options, ARROW)).bytes);
    expect([none.numRows, none.numCols]).toEqual([0, table.numCols]);
  });
});

describe("what is refused", () => {
  const error = async (...args: Parameters<typeof post>) => {
    const { status, error } = await json(...args);
    return [status, error.code, error.place];
  };

  test("bodies that are no request", async () => {
    expect(await error("{")).toEqual([400, "REQUEST_INVALID", "the body"]);
    expect(await error([])).toEqual([400, "REQUEST_INVALID", "the body"]);
    expect(await error({ ...ASKED, service: 1 })).toEqual([400, "REQUEST_INVALID", "service"]);
    expect(await error({ ...ASKED, featurs: [] })).toEqual([400, "REQUEST_INVALID", "the body"]);
    expect(await error({ ...ASKED, entities: { a: [1], b: [] } })).toEqual([400, "REQUEST_INVALID", "entities.b"]);
    expect(await error({ ...ASKED, at: "soon" })).toEqual([400, "VALUE_INVALID", "at"]);
  });

  test("bodies and batches beyond their limits", async () => {
    expect(await error(ASKED, { limits: { bodyBytes: 50 } })).toEqual([413, "BODY_TOO_LARGE", "the request"]);
    expect(await error(ASKED, { limits: { entities: 1 } })).toEqual([413, "BATCH_TOO_LARGE", undefined]);
  });

  test("what nobody foresaw is masked, and logged", async () => {
    const lines: string[] = [];
    const broken = { read: () => Promise.reject(new TypeError("secret detail")) };
    const { status, bytes } = await post(
      ASKED,
      { reader: broken, log: (line) => lines.push(line) },
      { "x-request-id": "r-1" },
    );
    expect(status).toBe(500);
    expect(JSON.parse(bytes.toString()).error).toMatchObject({ code: "INTERNAL", requestId: "r-1" });
    expect(bytes.toString()).not.toContain("secret");
    expect(lines.join()).toContain("secret detail");
  });

  test("any other method", async () => {
    expect((await handle().fetch("http://test/features")).status).toBe(405);
  });
});
