import { createHash } from "node:crypto";
import { count, mean, type RepoIR, t } from "@lockstep/core";
import { planChanges } from "@lockstep/registry";
import { expect, test } from "vitest";
import { flightsRepo, standardFeatures } from "./flights-repo.js";

const bundle = new TextEncoder().encode("export {}");
const head = (repo: RepoIR) => ({ repo, bundle: createHash("sha256").update(bundle).digest("hex") });
const planOf = (from: RepoIR | null, to: RepoIR) => planChanges(from && head(from), { repo: to, bundle });

/** A plan as text. */
const text = (from: RepoIR | null, to: RepoIR): string =>
  planOf(from, to)
    .changes.flatMap((c) => [
      `${c.action} ${c.kind} ${c.name}${c.materialize ? " (materialize)" : ""}`,
      ...c.details.map((d) => `  ${d}`),
    ])
    .join("\n");

const base = flightsRepo();

test("the first apply adds everything", () => {
  expect(text(null, base)).toMatchInlineSnapshot(`
    "add entity airport
      key origin string
    add source flights
      path data/flights.parquet
      column departure timestamp
      column delay int64
      column distance int64
      column origin string
      column carrier string
      eventTime departure
      knownAt departure + minutes(distance / 6 + 60)
      lookback 1d
    add feature view origin_delays (materialize)
      entity airport
      key origin string
      source flights
      ttl 2d
      feature mean_delay_3h (float64) = mean(delay) over 3h sawtooth(5m) [)
      feature late_1d (int64) = count() where delay > 15 over 1d sliding [)
      feature last_delay (int64) = delay
    add on-demand feature departure
      request field scheduled timestamp
      output hour int32
    add feature service delay
      key origin string
      request field scheduled timestamp
      column from__mean_delay_3h (float64) from origin_delays.mean_delay_3h
      column from__late_1d (int64) from origin_delays.late_1d
      column from__last_delay (int64) from origin_delays.last_delay
      column departure__hour (int32) from departure.hour"
  `);
});

test("the same again is empty", () => {
  expect(planOf(base, flightsRepo())).toEqual({ isEmpty: true, changes: [], codeChanged: false });
});

test("other code under the same declarations is a change", () => {
  const plan = planChanges(head(base), { repo: base, bundle: new TextEncoder().encode("export const a = 1") });
  expect(plan).toEqual({ isEmpty: false, changes: [], codeChanged: true });
  const without = { ...base, onDemands: [], services: [] };
  expect(planChanges(head(without), { repo: without, bundle: new Uint8Array() }).isEmpty).toBe(true);
});

test("features come, go and change", () => {
  const features: Parameters<typeof flightsRepo>[0] = {
    features: (f) => ({
      mean_delay_3h: mean(f.delay).over("6h"),
      late_1d: count().where(f.delay.gt(30)).over("1d", { offset: "1h", bounds: "(]" }),
      flights_ever: count().over("lifetime"),
    }),
  };
  expect(text(base, flightsRepo(features))).toMatchInlineSnapshot(`
    "change feature view origin_delays (materialize)
      - feature last_delay
      feature mean_delay_3h: window 3h → 6h
      feature late_1d: where delay > 15 → delay > 30, shape sliding → sawtooth(1h), bounds [) → (], + offset 1h
      + feature flights_ever (int64) = count() over lifetime [)
    change feature service delay
      - column from__last_delay
      + column from__flights_ever (int64) from origin_delays.flights_ever"
  `);
});

test("what is applied when reading needs no new materialization", () => {
  expect(
    text(base, flightsRepo({ view: { ttl: "3d", owner: "ops", description: "How late" }, lookback: "2d" })),
  ).toMatchInlineSnapshot(`
    "change source flights
      lookback 1d → 2d
    change feature view origin_delays
      ttl 2d → 3d
      + owner ops
      + description"
  `);
});

test("a changed source invalidates its views", () => {
  expect(
    text(base, flightsRepo({ path: "s.parquet", knownAfter: 30, columns: { tail: t.string() } })),
  ).toMatchInlineSnapshot(`
    "change source flights
      path data/flights.parquet → s.parquet
      + column tail string
      knownAt departure + minutes(distance / 6 + 60) → departure + minutes(distance / 6 + 30)
    change feature view origin_delays (materialize)
      its source flights changes"
  `);
});

test("the order of features is part of what is stored", () => {
  const reversed = flightsRepo({
    features: (f) => Object.fromEntries(Object.entries(standardFeatures(f)).toReversed()),
  });
  expect(text(base, reversed)).toMatchInlineSnapshot(`
    "change feature view origin_delays (materialize)
      order of features changed
    change feature service delay
      order of columns changed"
  `);
});

test("a deprecation", () => {
  expect(text(base, flightsRepo({ view: { deprecated: { mean_delay_3h: "too short" } } }))).toMatchInlineSnapshot(`
    "change feature view origin_delays
      feature mean_delay_3h: + deprecated"
  `);
});

test("functions, mapped keys and descriptions", () => {
  const other = flightsRepo({
    compute: () => ({ hour: 1 }),
    key: "from_airport",
    features: (f) => ({ ...standardFeatures(f), mean_delay_3h: mean(f.delay).over("3h").describe("Mean") }),
  });
  expect(text(base, other)).toMatchInlineSnapshot(`
    "change feature view origin_delays
      feature mean_delay_3h: + description
    change on-demand feature departure
      function changed
    change feature service delay
      - key origin
      + key from_airport string
      + from takes key origin from from_airport"
  `);
});

test("what is gone is removed", () => {
  expect(text(base, { ...base, sources: [], views: [], services: [] })).toMatchInlineSnapshot(`
    "remove source flights
    remove feature view origin_delays
    remove feature service delay"
  `);
});

test("a source shows whose versions its rows are, and its local times", () => {
  const source = { id: ["carrier", "origin"], version: "distance", zone: { departure: "America/New_York" } };
  expect(text(base, flightsRepo({ source: { ...source, knownAt: { delay: "2h" } } }))).toMatchInlineSnapshot(`
    "change source flights
      column departure timestamp → timestamp in America/New_York
      knownAt departure + minutes(distance / 6 + 60) → departure + 2h
      + id carrier, origin
      + version distance
    change feature view origin_delays (materialize)
      its source flights changes"
  `);
});
