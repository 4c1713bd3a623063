import { type Instant, instant, LockstepError, type Status, type TypeIR, type Value } from "@lockstep/core";
import { expect, test } from "vitest";
import { fakeStore, fs, T } from "./fake.js";

const column = (name: string, kind: string, value: Value, status: Status, eventTime: Instant | null = null) => ({
  name,
  type: { kind } as TypeIR,
  values: [value],
  statuses: [status],
  eventTimes: [eventTime],
});

function storeWithAnswer(errors: object[] = []) {
  const asked: unknown[] = [];
  const read = async (...args: unknown[]) => {
    asked.push(args);
    return {
      service: "flight_delay",
      t: T + 1n,
      watermark: T,
      rows: 1,
      columns: [
        column("origin_delays__mean_delay_3h", "float64", 0.1 + 0.2, "PRESENT"),
        column("origin_delays__flights_ever", "int64", 2n ** 60n, "PRESENT"),
        column("route_history__last_delay", "int64", -3n, "PRESENT", instant("2001-06-15T09:59:58.5Z")),
        column("route_history__worst_delay_7d", "int64", null, "NULL"),
        column("departure__worse_than_usual", "float64", -0, "PRESENT"),
      ],
      errors,
    };
  };
  return { asked, store: fakeStore({ read }) };
}

const COMMAND = "get flight_delay origin=ORD destination=SFO scheduled=2001-06-15T13:00Z";

test("values", async () => {
  const { asked, store } = storeWithAnswer();
  const { code, out } = await fs(COMMAND, { store });
  expect(code).toBe(0);
  expect(asked).toEqual([
    ["flight_delay", [{ origin: "ORD", destination: "SFO", scheduled: "2001-06-15T13:00Z" }], {}],
  ]);
  expect(out).toMatchInlineSnapshot(`
    "feature                        value
    origin_delays__mean_delay_3h   0.30000000000000004
    origin_delays__flights_ever    1152921504606846976
    route_history__last_delay      -3
    route_history__worst_delay_7d  null
    departure__worse_than_usual    -0

    t  2001-06-15T12:00:00.000001Z
    T  2001-06-15T12:00:00Z
    "
  `);
});

test("statuses and event times", async () => {
  const { asked, store } = storeWithAnswer();
  const { out } = await fs(`${COMMAND} --statuses --at 2001-06-15T12:00Z`, { store });
  expect(asked).toMatchObject([[{}, {}, { at: T }]]);
  expect(out).toMatchInlineSnapshot(`
    "feature                        value                status   event time
    origin_delays__mean_delay_3h   0.30000000000000004  PRESENT
    origin_delays__flights_ever    1152921504606846976  PRESENT
    route_history__last_delay      -3                   PRESENT  2001-06-15T09:59:58.500000Z
    route_history__worst_delay_7d  null                 NULL
    departure__worse_than_usual    -0                   PRESENT

    t  2001-06-15T12:00:00.000001Z
    T  2001-06-15T12:00:00Z
    "
  `);
});

test("as JSON", async () => {
  const { out } = await fs(`${COMMAND} --json`, { store: storeWithAnswer().store });
  expect(JSON.parse(out)).toMatchInlineSnapshot(`
    {
      "features": [
        {
          "eventTime": null,
          "name": "origin_delays__mean_delay_3h",
          "status": "PRESENT",
          "type": "float64",
          "value": 0.30000000000000004,
        },
        {
          "eventTime": null,
          "name": "origin_delays__flights_ever",
          "status": "PRESENT",
          "type": "int64",
          "value": "1152921504606846976",
        },
        {
          "eventTime": "2001-06-15T09:59:58.500000Z",
          "name": "route_history__last_delay",
          "status": "PRESENT",
          "type": "int64",
          "value": "-3",
        },
        {
          "eventTime": null,
          "name": "route_history__worst_delay_7d",
          "status": "NULL",
          "type": "int64",
          "value": null,
        },
        {
          "eventTime": null,
          "name": "departure__worse_than_usual",
          "status": "PRESENT",
          "type": "float64",
          "value": "-0",
        },
      ],
      "service": "flight_delay",
      "t": "2001-06-15T12:00:00.000001Z",
      "watermark": "2001-06-15T12:00:00.000000Z",
    }
  `);
});

test("a feature that failed is shown, and the exit code says so", async () => {
  const error = { row: 0, column: "departure__worse_than_usual", code: "ON_DEMAND_FAILED", message: "it threw" };
  const { code, out } = await fs(COMMAND, { store: storeWithAnswer([error]).store });
  expect(code).toBe(1);
  expect(out).toContain("ON_DEMAND_FAILED: it threw");
});

test("a row as JSON", async () => {
  const { asked, store } = storeWithAnswer();
  await fs(["get", "flight_delay", "--json-row", '{"origin":"O R","destination":null,"scheduled":1}'], { store });
  expect(asked).toMatchObject([[{}, [{ origin: "O R", destination: null, scheduled: 1 }], {}]]);
});

test("null is null, but in text the word", async () => {
  const { asked, store } = storeWithAnswer();
  await fs("get flight_delay origin=null destination= scheduled=null", { store });
  expect(asked).toMatchObject([[{}, [{ origin: "null", destination: "", scheduled: null }], {}]]);
});

test.each([
  [["origin"], "'origin' is not of the form key=value"],
  [["=x"], "'=x' is not of the form key=value"],
  [["origin=a", "origin=b"], "'origin' is given twice"],
  [["scheduled=noon"], "scheduled: 'noon' is not a timestamp"],
  [["--json-row", "[1]"], "--json-row is not a JSON object"],
  [["--json-row", "{"], "--json-row is not a JSON object"],
  [["origin=a", "--json-row", "{}"], "both key=value and --json-row are given"],
])("a mistake in the row: %j", async (args, what) => {
  const { asked, store } = storeWithAnswer();
  const { code, err } = await fs(["get", "flight_delay", ...args], { store });
  expect(code).toBe(1);
  expect(err).toContain(what);
  expect(asked).toEqual([]);
});

test("the store's own errors go through", async () => {
  const read = () => Promise.reject(new LockstepError({ code: "NOT_MATERIALIZED", what: "never", mend: "do" }));
  const { code, err } = await fs(COMMAND, { store: fakeStore({ read }) });
  expect({ code, err }).toEqual({ code: 1, err: "error NOT_MATERIALIZED\n  never\n  mend: do\n" });
});
