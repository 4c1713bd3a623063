import type { PushAnswer, Status } from "@lockstep/core";
import { expect, expectTypeOf, test } from "vitest";
import type { flightDelay } from "../../../feature_repo/src/features.js";
import type { everything, things } from "../../../server/test/every-type.js";
import {
  type AnswerOf,
  type AnyService,
  type Client,
  createClient,
  type PushRow,
  type RequestOf,
  type RowError,
} from "../src/index.js";
import * as generated from "./generated/services.js";

const client = createClient<typeof flightDelay>({ url: "http://test", service: "flight_delay" });
type Features = Client<typeof flightDelay>["features"];
type Answer = Awaited<ReturnType<Features>>[number];
type Everything = Awaited<ReturnType<Client<typeof everything>["features"]>>[number];

test("a request has the service's keys and request fields", () => {
  expectTypeOf<Parameters<Features>[0][number]>().toEqualTypeOf<{
    readonly origin: string | null;
    readonly destination: string | null;
    readonly scheduled: bigint | string | null;
  }>();
});

test("an answer has the service's columns, each of its type or null", () => {
  expectTypeOf<Answer["origin_delays__mean_delay_3h"]>().toEqualTypeOf<number | null>();
  expectTypeOf<Answer["dest__flights_1d"]>().toEqualTypeOf<bigint | null>();
  expectTypeOf<Answer["departure__hour"]>().toEqualTypeOf<number | null>();
  expectTypeOf<Answer>().not.toHaveProperty("dest__flights_3h");
  expectTypeOf<Everything["every__some_bytes"]>().toEqualTypeOf<Uint8Array | null>();
  expectTypeOf<Everything["every__a_timestamp"]>().toEqualTypeOf<bigint | null>();
  expectTypeOf<Everything["every__a_decimal"]>().toEqualTypeOf<string | null>();
  expectTypeOf<Everything["every__a_list"]>().toEqualTypeOf<(bigint | null)[] | null>();
  expectTypeOf<Everything["every__a_vector"]>().toEqualTypeOf<Float32Array | null>();
});

test("what is generated has the types of what is declared", () => {
  type Generated<S extends AnyService> = Client<S>;
  expectTypeOf<RequestOf<typeof generated.flightDelay>>().toEqualTypeOf<RequestOf<typeof flightDelay>>();
  expectTypeOf<AnswerOf<typeof generated.flightDelay>>().toEqualTypeOf<AnswerOf<typeof flightDelay>>();
  expectTypeOf<RequestOf<typeof generated.everything>>().toEqualTypeOf<RequestOf<typeof everything>>();
  expectTypeOf<AnswerOf<typeof generated.everything>>().toEqualTypeOf<AnswerOf<typeof everything>>();
  expectTypeOf<Generated<typeof generated.flightDelay>>().toEqualTypeOf<Generated<typeof flightDelay>>();
  const inferred = createClient({ url: "http://test", service: generated.flightDelay });
  expectTypeOf(inferred).toEqualTypeOf<Client<typeof generated.flightDelay>>();
});

test("a read has the columns that were chosen", () => {
  const read = () =>
    client.read([{ origin: "ORD", destination: null, scheduled: 0n }], {
      columns: ["dest__flights_1d", "departure__hour"],
    });
  type Read = Awaited<ReturnType<typeof read>>;
  expectTypeOf<Read["rows"][number]["values"]>().toEqualTypeOf<{
    readonly dest__flights_1d: bigint | null;
    readonly departure__hour: number | null;
  }>();
  expectTypeOf<Read["rows"][number]["statuses"]>().toEqualTypeOf<{
    readonly dest__flights_1d: Status | null;
    readonly departure__hour: Status | null;
  }>();
  expectTypeOf<Read["t"]>().toEqualTypeOf<bigint>();
  expectTypeOf<Read["errors"]>().toEqualTypeOf<readonly RowError[]>();
  const all = () => client.read([]);
  expectTypeOf<keyof Awaited<ReturnType<typeof all>>["rows"][number]["values"]>().toEqualTypeOf<keyof Answer>();
});

test("a row to push has the source's columns, each of which may be null or left out", () => {
  type Thing = PushRow<typeof things>;
  expectTypeOf<Thing["id"]>().toEqualTypeOf<bigint | number | null | undefined>();
  expectTypeOf<Thing["at"]>().toEqualTypeOf<bigint | string | null | undefined>();
  expectTypeOf<Thing["a_vector"]>().toEqualTypeOf<readonly number[] | Float32Array | Float64Array | null | undefined>();
  expectTypeOf<PushRow<typeof generated.things>>().toEqualTypeOf<Thing>();
  expectTypeOf<ReturnType<typeof client.push<typeof things>>>().toEqualTypeOf<Promise<readonly PushAnswer[]>>();
});

test("mistakes are type errors", () => {
  // @ts-expect-error another service's name
  expect(createClient<typeof flightDelay>({ url: "http://test", service: "flight_delays" })).toBeDefined();
  const mistakes = () => [
    // @ts-expect-error a key is missing
    client.features([{ origin: "ORD", scheduled: 0n }]),
    // @ts-expect-error a key of another type
    client.features([{ origin: 1, destination: "SFO", scheduled: 0n }]),
    // @ts-expect-error no such column
    client.read([], { columns: ["origin_delays__nothing"] }),
    // @ts-expect-error an instant is no number
    client.features([], { at: 5 }),
    // @ts-expect-error another source's name
    client.push<typeof things>("orders", []),
    // @ts-expect-error nobody knows whose rows these are
    client.push("things", []),
    // @ts-expect-error a column of another type
    client.push(generated.things, [{ id: "1" }]),
    // @ts-expect-error no such column
    client.push<typeof things>("things", [{ ids: 1 }]),
    // @ts-expect-error a service
    client.push(generated.everything, []),
  ];
  expect(mistakes).toBeDefined();
});
