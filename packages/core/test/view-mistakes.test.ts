import { describe, expect, it } from "vitest";
import { compileRepo, count, entity, featureView, parquet, t } from "../src/index.js";
import { mistakesIn } from "./diagnostics.js";
import { airport, flights } from "./flights.js";

// biome-ignore lint/suspicious/noExplicitAny: these declarations are wrong on purpose
const view = (options: any) =>
  featureView("v", {
    entity: airport,
    source: flights,
    features: (f: typeof flights.columns) => ({ d: f.delay }),
    ...options,
  });

describe("a view", () => {
  it("needs a feature", () => {
    expect(mistakesIn(view({ features: () => ({}) }))).toEqual([
      {
        code: "VIEW_EMPTY",
        place: "feature view 'v'",
        what: "it declares no features",
        mend: "return at least one from `features`",
      },
    ]);
  });

  it("deprecates only what it has", () => {
    expect(mistakesIn(view({ deprecated: { d: "ask for e" } }))).toEqual([]);
    expect(mistakesIn(view({ deprecated: { dd: "ask for e" } }))).toMatchObject([
      { code: "FEATURE_UNKNOWN", what: "it has no feature 'dd' (did you mean 'd'?)" },
    ]);
  });

  it("needs a column for each key, and names the nearest", () => {
    const planned = entity("planned", { orgin: t.string() });
    expect(mistakesIn(view({ entity: planned }))).toEqual([
      {
        code: "VIEW_KEY_COLUMN",
        place: "feature view 'v'",
        what: "source 'flights' has no column 'orgin' for the key 'orgin' of entity 'planned' (did you mean 'origin'?)",
        mend: 'name the column: keys: { orgin: "..." }',
      },
    ]);
    expect(mistakesIn(view({ keys: { origin: "nowhere" } }))).toMatchObject([
      { code: "VIEW_KEY_COLUMN", what: expect.stringContaining("no column 'nowhere' for the key 'origin'") },
    ]);
  });

  it("needs columns of its keys' types", () => {
    expect(mistakesIn(view({ keys: { origin: "delay" } }))).toEqual([
      {
        code: "VIEW_KEY_TYPE",
        place: "feature view 'v'",
        what: "column 'delay' is a int64, the key 'origin' a string",
        mend: "declare both with one type",
      },
    ]);
    const priced = entity("priced", { price: t.decimal(9, 2) });
    const prices = parquet("prices", {
      path: "",
      columns: { at: t.timestamp(), price: t.decimal(9, 3) },
      eventTime: "at",
    });
    expect(
      mistakesIn(featureView("v", { entity: priced, source: prices, features: () => ({ n: count().over("1h") }) })),
    ).toMatchObject([
      { code: "VIEW_KEY_TYPE", what: "column 'price' is a decimal(9,3), the key 'price' a decimal(9,2)" },
    ]);
  });

  it("maps keys that the entity has", () => {
    expect(mistakesIn(view({ keys: { orign: "destination" } }))).toMatchObject([
      {
        code: "KEY_UNKNOWN",
        place: "feature view 'v'",
        what: "entity 'airport' has no key 'orign' (did you mean 'origin'?)",
      },
    ]);
  });

  it("has features with names", () => {
    const features = (f: { delay: unknown }) => ({ "a b": f.delay, a__b: f.delay, x: f.delay, X: f.delay });
    expect(mistakesIn(view({ features }))).toMatchObject([
      { code: "NAME_INVALID", place: "feature view 'v', feature 'a b'", what: "'a b' is not a name for a feature" },
      { code: "NAME_RESERVED", place: "feature view 'v', feature 'a__b'" },
      { code: "NAME_CLASH", place: "feature view 'v'", what: "'x' and 'X' differ only in case, and engines fold case" },
    ]);
  });

  it("has a ttl and a freshness with a length, and says of each what is wrong", () => {
    expect(mistakesIn(view({ ttl: "1 month", freshness: "soon" }))).toMatchObject([
      { code: "DURATION_CALENDAR", place: "feature view 'v', ttl" },
      { code: "DURATION_INVALID", place: "feature view 'v', freshness" },
    ]);
  });

  it("shares its names with on-demand features", () => {
    const departure = { declares: "onDemand", name: "V", request: {}, features: {}, outputs: {}, compute: () => ({}) };
    expect(mistakesIn(view({}), departure)).toMatchObject([
      { code: "NAME_CLASH", what: "'v' and 'V' differ only in case, and engines fold case" },
    ]);
  });

  it("may have no entity: then it has no keys", () => {
    const [ir] = compileRepo("p", [
      featureView("everywhere", { source: flights, features: () => ({ n: count().over("1h") }) }),
    ]).ir.views;
    expect(ir).toMatchObject({ entity: null, keys: [] });
  });
});

describe("mistakes", () => {
  it("of all declarations are in one error, a line each", () => {
    const broken = view({ features: () => ({}), ttl: "1y", keys: { origin: "delay" } });
    const nameless = entity("no name", {});
    expect(mistakesIn(broken, nameless).map((d) => d.code)).toEqual([
      "NAME_INVALID",
      "VIEW_EMPTY",
      "VIEW_KEY_TYPE",
      "DURATION_CALENDAR",
      "ENTITY_WITHOUT_KEY",
    ]);
    expect(() => compileRepo("p", [broken, nameless])).toThrow(
      /^NAME_INVALID at 'no name': .*; use letters.*\nVIEW_EMPTY at feature view 'v': .*\n.*\n.*\nENTITY_WITHOUT_KEY at .*$/,
    );
  });
});
