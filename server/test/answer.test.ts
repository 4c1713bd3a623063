import { instant, LockstepError } from "@lockstep/core";
import { expect, test } from "vitest";
import { createHandler } from "../src/index.js";
import { ask } from "./ask.js";
import { type Cell, example, type FakeReader, fakeReader, healthy } from "./example.js";

function cell(column: string, _row: unknown, index: number): Cell {
  if (column.endsWith("last_delay")) {
    return index === 0
      ? { value: 12n, eventTime: instant("2001-03-01T10:00:00.123456Z") }
      : { value: null, status: "MISSING" };
  }
  if (column.startsWith("departure") && !column.endsWith("usual")) return { value: 4 };
  return { value: column.includes("flights") ? BigInt(index) : index + 0.5 };
}

const TWO = `entities: [{origin: "ORD", destination: "SFO", scheduled: "2001-03-01T12:00:00.000001Z"}, {origin: "LAX"}]`;

function handle(more = {}) {
  const reader = fakeReader(example, cell, more);
  return { reader, handler: createHandler({ reader, repo: example, health: healthy, log: () => {} }) };
}

const asked = (reader: FakeReader) => reader.calls.map((call) => call.options?.columns);

test("a query of the example", async () => {
  const { reader, handler } = handle();
  const { data, errors } = await ask(
    handler,
    `{ flight_delay(${TWO}) { t watermark rows {
         origin_delays { mean_delay_3h flights_3h _statuses { mean_delay_3h } }
         dest { flights_1d }
         route_history { last_delay _statuses { last_delay } _event_times { last_delay } }
         departure { day: weekday } } } }`,
  );
  expect(errors).toEqual([]);
  expect(data.flight_delay).toEqual({
    t: "2001-03-01T12:00:00.000001Z",
    watermark: "2001-03-01T12:00:00.000000Z",
    rows: [
      {
        origin_delays: { mean_delay_3h: 0.5, flights_3h: "0", _statuses: { mean_delay_3h: "PRESENT" } },
        dest: { flights_1d: "0" },
        route_history: {
          last_delay: "12",
          _statuses: { last_delay: "PRESENT" },
          _event_times: { last_delay: "2001-03-01T10:00:00.123456Z" },
        },
        departure: { day: 4 },
      },
      {
        origin_delays: { mean_delay_3h: 1.5, flights_3h: "1", _statuses: { mean_delay_3h: "PRESENT" } },
        dest: { flights_1d: "1" },
        route_history: { last_delay: null, _statuses: { last_delay: "MISSING" }, _event_times: { last_delay: null } },
        departure: { day: 4 },
      },
    ],
  });
  expect(reader.calls[0]?.rows.map((row) => ({ ...row }))).toEqual([
    { origin: "ORD", destination: "SFO", scheduled: 983448000000001n },
    { origin: "LAX" },
  ]);
  expect(reader.calls[0]?.options).not.toHaveProperty("at");
});

test("columns: each feature as one list, in the order of the entities, beside their statuses and event times", async () => {
  const { reader, handler } = handle();
  const { data, errors } = await ask(
    handler,
    `{ flight_delay(${TWO}) { t columns {
         origin_delays { mean_delay_3h flights_3h }
         route_history { last_delay _statuses { last_delay } _event_times { last_delay } }
         departure { day: weekday } } } }`,
  );
  expect(errors).toEqual([]);
  expect(data.flight_delay).toEqual({
    t: "2001-03-01T12:00:00.000001Z",
    columns: {
      origin_delays: { mean_delay_3h: [0.5, 1.5], flights_3h: ["0", "1"] },
      route_history: {
        last_delay: ["12", null],
        _statuses: { last_delay: ["PRESENT", "MISSING"] },
        _event_times: { last_delay: ["2001-03-01T10:00:00.123456Z", null] },
      },
      departure: { day: [4, 4] },
    },
  });
  expect(reader.calls).toHaveLength(1);
  const within = (directive: string) => `flight_delay(${TWO}) {
    columns { dest { flights_1d ${directive} } } rows { departure { hour } } }`;
  await ask(handler, `query ($yes: Boolean!) { ${within("@include(if: $yes)")} }`, { yes: true });
  await ask(handler, `{ ${within("")} }`);
  const both = ["dest__flights_1d", "departure__hour"];
  expect(asked(reader).slice(1)).toEqual([both, both]);
});

test("a cell of a column that failed is null, and says why at its place in the list", async () => {
  const error = { row: 1, column: "departure__hour", code: "ON_DEMAND_FAILED", message: "it threw" };
  const { handler } = handle({ errors: [error] });
  const query = `{ flight_delay(${TWO}) { columns { departure { hour weekday _statuses { hour } } } } }`;
  const { data, errors, status } = await ask(handler, query);
  expect(status).toBe(200);
  expect(data.flight_delay.columns.departure).toEqual({
    hour: [4, null],
    weekday: [4, 4],
    _statuses: { hour: ["PRESENT", null] },
  });
  const place = ["flight_delay", "columns", "departure"];
  expect(errors.map((e) => [e.path, e.message, e.extensions["code"]])).toEqual([
    [[...place, "hour", 1], "it threw", "ON_DEMAND_FAILED"],
    [[...place, "_statuses", "hour", 1], "it threw", "ON_DEMAND_FAILED"],
  ]);
});

test("only the selected columns are read, through fragments, aliases and directives", async () => {
  const { reader, handler } = handle();
  const { data, errors } = await ask(
    handler,
    `query ($yes: Boolean!, $no: Boolean!) { flight_delay(${TWO}) { ...R rows { again: origin_delays { flights_1d } } } }
     fragment R on FlightDelayResult { list: rows {
       ... on FlightDelayRow { origin_delays { m: mean_delay_7d flights_ever @skip(if: $yes) } }
       ... @include(if: $no) { departure { hour } }
       dest { flights_1d @include(if: $no) _statuses { late_share_1d } }
       route_history { _event_times { last_delay } } } }`,
    { yes: true, no: false },
  );
  expect(errors).toEqual([]);
  expect(asked(reader)).toEqual([
    ["origin_delays__mean_delay_7d", "origin_delays__flights_1d", "dest__late_share_1d", "route_history__last_delay"],
  ]);
  expect(data.flight_delay.rows[1].again).toEqual({ flights_1d: "1" });
  expect(data.flight_delay.list[1].origin_delays).toEqual({ m: 1.5 });
});

test("a query that selects no feature asks about the whole service", async () => {
  const { reader, handler } = handle();
  await ask(handler, `{ flight_delay(${TWO}) { t watermark rows { __typename } } }`);
  expect(asked(reader)).toEqual([undefined]);
});

test("several fields in one query are each answered, each with its own instant", async () => {
  const { reader, handler } = handle();
  const { data, errors } = await ask(
    handler,
    `query ($at: Timestamp) {
       now: flight_delay(${TWO}) { rows { dest { flights_1d } } }
       then: flight_delay(${TWO}, at: $at) { t rows { departure { hour } } }
       none: flight_delay(entities: [], at: null) { rows { departure { hour } } } }`,
    { at: "2001-03-01T14:00:00.000007+01:00" },
  );
  expect(errors).toEqual([]);
  expect(data.then.t).toBe("2001-03-01T13:00:00.000007Z");
  expect(data.none.rows).toEqual([]);
  expect(reader.calls.map(({ options: { requestId: _, ...options } = {} }) => options)).toEqual([
    { columns: ["dest__flights_1d"] },
    { columns: ["departure__hour"], at: instant("2001-03-01T13:00:00.000007Z") },
    { columns: ["departure__hour"] },
  ]);
});

test("a failed cell is null, with an error at its path", async () => {
  const failed = { row: 1, column: "departure__hour", code: "ON_DEMAND_FAILED", message: "hour: no clock" };
  const { handler } = handle({ errors: [failed] });
  const { status, data, errors } = await ask(
    handler,
    `{ f: flight_delay(${TWO}) { rows { departure { h: hour weekday _statuses { hour weekday } } } } }`,
  );
  expect(status).toBe(200);
  expect(data.f.rows.map((row: { departure: object }) => row.departure)).toEqual([
    { h: 4, weekday: 4, _statuses: { hour: "PRESENT", weekday: "PRESENT" } },
    { h: null, weekday: 4, _statuses: { hour: null, weekday: "PRESENT" } },
  ]);
  expect(errors.map(({ path, message, extensions }) => ({ path, message, extensions }))).toEqual(
    [["h"], ["_statuses", "hour"]].map((end) => ({
      path: ["f", "rows", 1, "departure", ...end],
      message: "hour: no clock",
      extensions: { code: "ON_DEMAND_FAILED", place: "row 1, departure__hour" },
    })),
  );
});

test("the reader's own errors keep their code, place and mend", async () => {
  const reader = {
    read: async () => {
      throw new LockstepError({
        code: "BEFORE_WATERMARK",
        place: "origin_delays",
        what: "the instant lies before the watermark",
        mend: "ask for a later one",
      });
    },
  };
  const handler = createHandler({ reader, repo: example, health: healthy });
  const { data, errors } = await ask(handler, `{ flight_delay(${TWO}) { t } }`);
  expect(data).toEqual({ flight_delay: null });
  expect(errors).toMatchObject([
    {
      path: ["flight_delay"],
      message: "the instant lies before the watermark",
      extensions: { code: "BEFORE_WATERMARK", place: "origin_delays", mend: "ask for a later one" },
    },
  ]);
});

test("the catalog says what a client needs", async () => {
  const { handler } = handle();
  const query = (name: string) =>
    `{ _catalog_service(name: "${name}") { name entity_type description inputs { name type role }
         columns { column path type description } } }`;
  const { data } = await ask(handler, query("flight_delay"));
  const service = data._catalog_service;
  expect(service.entity_type).toBe("FlightDelayEntity");
  expect(service.inputs).toEqual([
    { name: "origin", type: '{"kind":"string"}', role: "key" },
    { name: "destination", type: '{"kind":"string"}', role: "key" },
    { name: "scheduled", type: '{"kind":"timestamp"}', role: "request" },
  ]);
  expect(service.columns).toHaveLength(21);
  expect(service.columns[9]).toEqual({
    column: "dest__mean_delay_3h",
    path: ["dest", "mean_delay_3h"],
    type: '{"kind":"float64"}',
    description: "Mean arrival delay in minutes, known landings of 3 hours",
  });
  const { errors } = await ask(handler, query("flight_delays"));
  expect(errors[0]?.extensions["code"]).toBe("SERVICE_UNKNOWN");
  expect(errors[0]?.message).toContain("did you mean 'flight_delay'?");
  expect((await ask(handler, "{ _catalog { name } }")).data._catalog).toEqual([{ name: "flight_delay" }]);
});
