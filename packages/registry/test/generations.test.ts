import { last, mean, type RepoIR, t } from "@lockstep/core";
import { type AppliedVersion, definitionHash, nextGenerations, viewDefinition } from "@lockstep/registry";
import { expect, test } from "vitest";
import { flightsRepo, standardFeatures } from "./flights-repo.js";

const version = (repo: RepoIR, before: readonly AppliedVersion[]): AppliedVersion => ({
  version: before.length + 1,
  repo,
  bundle: "0".repeat(64),
  generations: nextGenerations(before, repo),
  appliedAt: "2001-01-01T00:00:00Z",
  appliedBy: "ann",
});

/** The generations of the view after each of the repos. */
function generations(...repos: readonly RepoIR[]): (number | undefined)[] {
  const versions: AppliedVersion[] = [];
  for (const repo of repos) versions.push(version(repo, versions));
  return versions.map((v) => v.generations["origin_delays"]);
}

const base = flightsRepo();

test.each([
  ["ttl", flightsRepo({ view: { ttl: "9d" } })],
  ["freshness, owner, description, tags", flightsRepo({ view: { freshness: "1h", owner: "x", tags: ["y"] } })],
  ["lookback", flightsRepo({ lookback: "9d" })],
  ["a deprecation", flightsRepo({ view: { deprecated: { mean_delay_3h: "too short" } } })],
  ["a feature's description", flightsRepo({ features: described })],
  ["a feature's name", flightsRepo({ features: (f) => renamed(standardFeatures(f)) })],
  ["a column that the view does not read", flightsRepo({ columns: { tail: t.string() } })],
  ["an on-demand function", flightsRepo({ compute: () => ({ hour: 1 }) })],
  ["a mapped key of a service", flightsRepo({ key: "elsewhere" })],
])("%s is no new generation", (_, repo) => {
  expect(generations(base, repo)).toEqual([1, 1]);
});

test.each([
  ["asOf", flightsRepo({ view: { asOf: "<" } })],
  ["the source's path", flightsRepo({ path: "elsewhere.parquet" })],
  ["knownAt", flightsRepo({ knownAfter: 61 })],
  ["ids", flightsRepo({ source: { id: ["carrier", "origin"] } })],
  ["the version", flightsRepo({ source: { version: "distance" } })],
  ["deletions", flightsRepo({ columns: { gone: t.bool() }, source: { deleted: "gone" } })],
  ["the zone of a column", flightsRepo({ source: { zone: { departure: "America/New_York" } } })],
  ["a column's type", flightsRepo({ columns: { delay: t.float64() } })],
  ["the key's column", flightsRepo({ view: { keys: { origin: "carrier" } } })],
  ["a window", flightsRepo({ features: (f) => ({ ...standardFeatures(f), mean_delay_3h: mean(f.delay).over("6h") }) })],
  ["one feature more", flightsRepo({ features: (f) => ({ ...standardFeatures(f), x: last(f.delay).over("3h") }) })],
  ["the order of features", flightsRepo({ features: (f) => reversed(standardFeatures(f)) })],
])("%s is a new generation", (_, repo) => {
  expect(generations(base, repo)).toEqual([1, 2]);
});

test("a number is never used again", () => {
  const [other, third] = [flightsRepo({ path: "b" }), flightsRepo({ path: "c" })];
  const without = { ...base, views: [], services: [] };
  expect(generations(base, other, base, base, third)).toEqual([1, 2, 3, 3, 4]);
  expect(generations(base, other, without, other)).toEqual([1, 2, undefined, 3]);
});

test("views have numbers of their own", () => {
  const second = { ...base, views: [...base.views.map((v) => ({ ...v, name: "another" })), ...base.views] };
  const first = version(base, []);
  expect(version(second, [first]).generations).toEqual({ another: 2, origin_delays: 1 });
});

test("the definition is canonical: names in the order of the alphabet, whatever the order of the data", () => {
  const [view, source] = [base.views[0], base.sources[0]];
  if (!view || !source) throw new Error("the repo has a view and a source");
  const shuffled = Object.fromEntries(Object.entries(view).toReversed()) as unknown as typeof view;
  expect(viewDefinition(shuffled, source)).toBe(viewDefinition(view, source));
  expect(definitionHash(view, source)).toMatch(/^[0-9a-f]{64}$/);
  expect(viewDefinition(view, source)).not.toContain("carrier");
});

function described(f: Parameters<typeof standardFeatures>[0]) {
  return { ...standardFeatures(f), mean_delay_3h: mean(f.delay).over("3h").describe("Mean") };
}
function renamed(features: object) {
  return Object.fromEntries(Object.entries(features).map(([name, feature]) => [`${name}x`, feature]));
}
function reversed(features: object) {
  return Object.fromEntries(Object.entries(features).toReversed());
}
