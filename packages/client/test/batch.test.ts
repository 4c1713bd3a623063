import { LockstepError } from "@lockstep/core";
import { expect, test } from "vitest";
import { example, fakeReader } from "../../../server/test/example.js";
import { byOrigin, failure, flights, from, serving } from "./serving.js";

const flightsOf = (rows: readonly { readonly origin_delays__flights_3h: bigint | null }[]) =>
  rows.map((row) => row.origin_delays__flights_3h);
const origins = (sent: readonly { readonly variables: { readonly entities: readonly object[] } }[]) =>
  sent.map(({ variables }) => variables.entities.map((e) => (e as { origin: string }).origin));

function signal() {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

test("calls of one tick are one request, and each gets its own rows in its own order", async () => {
  const { fetch, sent } = serving(byOrigin);
  const client = flights({ fetch });
  const [a, b, c] = await Promise.all([
    client.features([from("A"), from("AAAA"), from("A")]),
    client.features([]),
    client.features([from("AAA"), from("AA")]),
  ]);
  expect([a, b, c].map((rows) => flightsOf(rows ?? []))).toEqual([[1n, 4n, 1n], [], [3n, 2n]]);
  expect(origins(sent)).toEqual([["A", "AAAA", "A", "AAA", "AA"]]);
  await client.features([from("A")]);
  expect(sent).toHaveLength(2);
});

test("other columns, statuses or another instant are another request", async () => {
  const { fetch, sent } = serving(byOrigin);
  const client = flights({ fetch });
  const columns = ["origin_delays__flights_3h"] as const;
  const at = "2001-03-01T13:00:00Z";
  const [, , all, some] = await Promise.all([
    client.features([from("A")]),
    client.features([from("AA")], { at }),
    client.read([from("AAA")]),
    client.read([from("AAAA")], { columns }),
    client.features([from("AAAAA")], { at }),
    client.read([from("AAAAAA")], { columns: [...columns] }),
  ]);
  expect(origins(sent)).toEqual([["A"], ["AA", "AAAAA"], ["AAA"], ["AAAA", "AAAAAA"]]);
  expect(all.rows.map(({ values }) => values.origin_delays__flights_3h)).toEqual([3n]);
  expect(some.rows).toEqual([
    { values: { origin_delays__flights_3h: 4n }, statuses: { origin_delays__flights_3h: "PRESENT" } },
  ]);
});

test("a request has no more rows than it may, but for those of one call", async () => {
  const { fetch, sent } = serving(byOrigin);
  const client = flights({ fetch, batchRows: 3 });
  const calls = [["A", "B"], ["C", "D"], ["E"], ["F", "G", "H", "I"], ["J"]];
  await Promise.all(calls.map((call) => client.features(call.map(from))));
  expect(origins(sent)).toEqual([["A", "B"], ["C", "D", "E"], ["F", "G", "H", "I"], ["J"]]);
  const alone = serving(byOrigin);
  const single = flights({ fetch: alone.fetch, batchRows: 0 });
  await Promise.all([single.features([from("A")]), single.features([from("B")])]);
  expect(origins(alone.sent)).toEqual([["A"], ["B"]]);
});

test("cells that fail are told to their own caller, by its own rows", async () => {
  const reader = fakeReader(example, byOrigin, {
    errors: [{ row: 2, column: "departure__hour", code: "ON_DEMAND_FAILED", message: "no clock" }],
  });
  const { fetch, sent } = serving(byOrigin, { reader });
  const client = flights({ fetch });
  const [first, second, third] = await Promise.all([
    client.read([from("A")]),
    client.read([from("B"), from("C")]),
    client.read([from("D")]),
  ]);
  expect(sent).toHaveLength(1);
  expect([first.errors, third.errors]).toEqual([[], []]);
  expect(second.errors).toMatchObject([{ row: 1, column: "departure__hour" }]);
  const calls = [client.features([from("A")]), failure(client.features([from("B"), from("C")]))] as const;
  expect(await calls[0]).toHaveLength(1);
  expect((await calls[1]).message).toContain("row 1, departure__hour: no clock");
});

test("a call that asks wrongly fails alone", async () => {
  const { fetch } = serving(byOrigin);
  const client = flights({ fetch });
  const right = ["A", "AA", "AAA", "AAAA"].map((origin) => client.features([from(origin)]));
  const wrong = failure(client.features([{ ...from("A"), scheduled: "yesterday" }]));
  const after = client.features([from("AAAAA")]);
  expect((await Promise.all([...right, after])).flatMap(flightsOf)).toEqual([1n, 2n, 3n, 4n, 5n]);
  expect(await wrong).toMatchObject({ code: "VALUE_INVALID" });
});

test("what is too much for the server at once is asked for in halves", async () => {
  const { fetch, sent } = serving(byOrigin, { limits: { entities: 2 } });
  const client = flights({ fetch });
  const rows = await Promise.all(["A", "AA", "AAA", "AAAA"].map((origin) => client.features([from(origin)])));
  expect(rows.flatMap(flightsOf)).toEqual([1n, 2n, 3n, 4n]);
  expect(sent.map(({ variables }) => variables.entities.length)).toEqual([4, 2, 2]);
  const [error, one] = await Promise.all([
    failure(client.features(["A", "B", "C"].map(from))),
    client.features([from("A")]),
  ]);
  expect(error).toMatchObject({ code: "LIMIT_ENTITIES" });
  expect(one).toHaveLength(1);
});

test("what is wrong with the server is not asked for again by each caller", async () => {
  const refused = new LockstepError({ code: "NOT_MATERIALIZED", what: "there is nothing yet" });
  const { fetch, sent } = serving(byOrigin, { reader: { read: () => Promise.reject(refused) } });
  const client = flights({ fetch });
  const errors = await Promise.all([from("A"), from("B"), from("C")].map((row) => failure(client.features([row]))));
  expect(errors.map(({ code }) => code)).toEqual(Array(3).fill("NOT_MATERIALIZED"));
  expect(sent).toHaveLength(1);
});

test("a caller that gives up does not take the others with it", async () => {
  const { fetch, sent } = serving(byOrigin);
  const [begun, held] = [signal(), signal()];
  const client = flights({
    fetch: async (url, init) => {
      if (!init.body.includes("_catalog_service")) {
        begun.give();
        await held.given;
      }
      return fetch(url, init);
    },
  });
  await client.query();
  const [one, two] = [new AbortController(), new AbortController()];
  const given = failure(client.features([from("A")], { signal: one.signal }));
  const kept = client.features([from("AA")], { signal: two.signal });
  // Before the tick is over, it is left out.
  const early = new AbortController();
  const left = failure(client.features([from("AAA")], { signal: early.signal }));
  early.abort();
  await begun.given;
  one.abort(new Error("enough"));
  expect(await given).toMatchObject({ code: "ABORTED", cause: { message: "enough" } });
  expect((await left).code).toBe("ABORTED");
  held.give();
  expect(flightsOf(await kept)).toEqual([2n]);
  expect(origins(sent)).toEqual([["A", "AA"]]);
});

test("a request that nobody waits for any more is aborted", async () => {
  const { fetch } = serving(byOrigin);
  const begun = signal();
  const signals: AbortSignal[] = [];
  const client = flights({
    fetch: (url, init) => {
      if (init.body.includes("_catalog_service")) return fetch(url, init);
      signals.push(init.signal);
      begun.give();
      return new Promise((_, reject) => init.signal.addEventListener("abort", () => reject(init.signal.reason)));
    },
  });
  await client.query();
  const [one, two] = [new AbortController(), new AbortController()];
  const calls = [one, two].map(({ signal }) => failure(client.features([from("A")], { signal })));
  await begun.given;
  one.abort();
  await calls[0];
  expect(signals.map((signal) => signal.aborted)).toEqual([false]);
  two.abort();
  await calls[1];
  expect(signals.map((signal) => signal.aborted)).toEqual([true]);
});
