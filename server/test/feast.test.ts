import { instant, type Value } from "@lockstep/core";
import { describe, expect, test } from "vitest";
import { createHandler, type HandlerOptions } from "../src/index.js";
import { everyType } from "./every-type.js";
import { type Cell, example, fakeReader, healthy } from "./example.js";
import { HARD_VALUES } from "./hard-values.js";

const AT = instant("2001-03-01T10:00:00.123Z");
const cell = (column: string, _row: unknown, index: number): Cell => {
  if (index === 1) return { value: null, status: "MISSING" };
  if (index === 2) return { value: null, status: "EXPIRED", eventTime: AT };
  if (index === 3) return { value: null, status: "NULL", eventTime: AT };
  return {
    value: column.includes("flights") ? 2n ** 60n : 0.5,
    eventTime: column.includes("last") ? AT : null,
  } as Cell;
};
const reader = fakeReader(example, cell);

async function ask(body: object, more: Partial<HandlerOptions> = {}) {
  const options = { reader, repo: example, health: healthy, log: () => {}, ...more };
  const response = await createHandler(options).fetch("http://test/get-online-features", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}
const json = async (...args: Parameters<typeof ask>) => JSON.parse((await ask(...args)).text);

const EPOCH = "1970-01-01T00:00:00Z";
const T = "2001-03-01T12:00:00.000001Z";

describe("POST /get-online-features", () => {
  test("answers as Feast's feature server does", async () => {
    const { status, text } = await ask({
      features: ["origin_delays:mean_delay_3h", "origin_delays:flights_3h"],
      entities: { origin: ["ORD", "LAX", "SFO", "JFK"] },
    });
    expect(status).toBe(200);
    // A JSON number beyond 2^53, as Python reads it.
    expect(text).toContain(`[${2n ** 60n},null,null,null]`);
    const statuses = ["PRESENT", "NOT_FOUND", "OUTSIDE_MAX_AGE", "NULL_VALUE"];
    const event_timestamps = [T, EPOCH, "2001-03-01T10:00:00.123Z", "2001-03-01T10:00:00.123Z"];
    expect(JSON.parse(text)).toEqual({
      metadata: { feature_names: ["origin", "mean_delay_3h", "flights_3h"] },
      results: [
        {
          values: ["ORD", "LAX", "SFO", "JFK"],
          statuses: Array(4).fill("PRESENT"),
          event_timestamps: Array(4).fill(EPOCH),
        },
        { values: [0.5, null, null, null], statuses, event_timestamps },
        { values: [Number(2n ** 60n), null, null, null], statuses, event_timestamps },
      ],
    });
    expect(reader.calls.at(-1)).toMatchObject({
      service: "flight_delay",
      options: { columns: ["origin_delays__mean_delay_3h", "origin_delays__flights_3h"] },
    });
  });

  test("takes a feature service, and gives full names where they are asked for", async () => {
    const entities = { origin: ["ORD"], destination: ["SFO"], scheduled: ["2001-03-01T12:00:00Z"] };
    const { metadata, results } = await json({ feature_service: "flight_delay", full_feature_names: true, entities });
    expect(metadata.feature_names).toHaveLength(3 + 21);
    expect(metadata.feature_names.slice(2, 5)).toEqual([
      "scheduled",
      "origin_delays__mean_delay_3h",
      "origin_delays__mean_delay_1d",
    ]);
    expect(results).toHaveLength(3 + 21);
    const features = ["dest:flights_1d", "origin_delays:flights_1d"];
    expect((await json({ features, full_feature_names: true, entities })).metadata.feature_names.slice(3)).toEqual([
      "dest__flights_1d",
      "origin_delays__flights_1d",
    ]);
    expect((await json({ features, entities })).error).toMatchObject({ code: "NAME_CLASH" });
  });

  test("a cell that failed is INVALID", async () => {
    const errors = [{ row: 0, column: "origin_delays__flights_1d", code: "STATE_CORRUPT", message: "bytes" }];
    const failing = fakeReader(example, () => ({ value: null, status: "NULL" }), { errors });
    const { results } = await json(
      { features: ["origin_delays:flights_1d"], entities: { origin: ["ORD"] } },
      { reader: failing },
    );
    expect(results[1].statuses).toEqual(["INVALID"]);
  });

  test("writes every type as Feast has it", async () => {
    const value = (column: string, _row: unknown, i: number) => ({
      value: (HARD_VALUES[i] as Record<string, Value>)[column.slice("every__".length)] ?? null,
    });
    const options = { repo: everyType, reader: fakeReader(everyType, value) };
    const values = async (feature: string): Promise<string> => {
      const { text } = await ask({ features: [`every:${feature}`], entities: { id: [1, 2, 3] } }, options);
      return /"values":(.*?),"statuses"/.exec(text.slice(text.indexOf("},{")))?.[1] ?? "";
    };
    expect(await values("an_int64")).toBe("[9223372036854775807,-9007199254740993,0]");
    expect(await values("a_float64")).toBe('["NaN",-0.0,"Infinity"]');
    expect(await values("a_list")).toBe("[[-9223372036854775808,null,9007199254740993],[],[1]]");
    expect(await values("a_timestamp")).toBe("[983448000,-9223372036855,9223372036854]");
    expect(await values("some_bytes")).toBe('["AP+ACg==","","AQ=="]');
    expect(await values("a_vector")).toContain('["NaN",-0.0,"Infinity"]');
    expect(await values("a_struct")).toContain('"visits":9007199254740993');
  });

  test("says what is wrong", async () => {
    const error = async (body: object) => {
      const { status, text } = await ask(body);
      return [status, JSON.parse(text).error.code];
    };
    const entities = { origin: ["ORD"] };
    expect(await error({ features: ["nope:x"], entities })).toEqual([404, "FEATURE_UNKNOWN"]);
    expect(await error({ feature_service: "nope", entities })).toEqual([404, "SERVICE_UNKNOWN"]);
    expect(await error({ features: [], entities })).toEqual([400, "REQUEST_INVALID"]);
    expect(await error({ features: ["dest:flights_1d"], entities: { a: [1], b: [] } })).toEqual([
      400,
      "REQUEST_INVALID",
    ]);
    expect(await error({ features: ["dest:flights_1d"] })).toEqual([400, "REQUEST_INVALID"]);
  });
});
