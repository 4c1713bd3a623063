import { describe, expect, it } from "vitest";
import { compileRepo, entity, featureView, parquet, t } from "../src/index.js";
import { diagnosticsOf, mistakesIn } from "./diagnostics.js";
import { airport, flights } from "./flights.js";

const source = (options: object) =>
  parquet("s", { path: "s.parquet", columns: { at: t.timestamp(), n: t.int64() }, eventTime: "at", ...options });

describe("names", () => {
  it.each(["", "1st", "with space", "with-dash", "_hidden", "café", `x${"y".repeat(120)}`])("%j is none", (name) => {
    expect(mistakesIn(entity(name, { k: t.string() }))).toEqual([
      {
        code: "NAME_INVALID",
        place: `'${name}'`,
        what: `'${name}' is not a name for an entity`,
        mend: "use letters, digits and underscores, beginning with a letter, at most 120 of them",
      },
    ]);
  });

  it.each(["a__b", "a_"])("%j would look like a view and its feature", (name) => {
    expect(mistakesIn(parquet(name, { path: "", columns: { at: t.timestamp() }, eventTime: "at" }))).toEqual([
      {
        code: "NAME_RESERVED",
        place: `'${name}'`,
        what: `'${name}' clashes with the separator '__' of view and feature`,
        mend: "use single underscores, and none at the end",
      },
    ]);
  });

  it("are asked of the project, too", () => {
    expect(diagnosticsOf(() => compileRepo("my project", []))).toMatchObject([
      { code: "NAME_INVALID", place: "lockstep.config.ts", what: "'my project' is not a name for a project" },
    ]);
  });

  it("clash where two declarations of a kind have one", () => {
    expect(mistakesIn(airport, entity("airport", { code: t.int64() }))).toEqual([
      {
        code: "NAME_CLASH",
        place: "'airport'",
        what: "two declarations of an entity are named 'airport'",
        mend: "rename one of them",
      },
    ]);
    expect(mistakesIn(airport, airport)).toEqual([]);
  });

  it("clash where they differ only in case", () => {
    expect(mistakesIn(airport, entity("Airport", { code: t.string() }))).toMatchObject([
      { code: "NAME_CLASH", what: "'Airport' and 'airport' differ only in case, and engines fold case" },
    ]);
  });

  it("may be shared by an entity, a source and a view", () => {
    const same = featureView("flights", { entity: airport, source: flights, features: (f) => ({ delay: f.delay }) });
    expect(mistakesIn(entity("flights", { k: t.int64() }), same)).toEqual([]);
  });
});

describe("an entity", () => {
  it("needs a key", () => {
    expect(mistakesIn(entity("e", {}))).toEqual([
      {
        code: "ENTITY_WITHOUT_KEY",
        place: "entity 'e'",
        what: "it has no key",
        mend: "give it a key, or leave the entity out of the view: then the view applies to every row",
      },
    ]);
  });

  it.each([
    ["float64", t.float64()],
    ["float32", t.float32()],
    ["json", t.json()],
    ["list(int64)", t.list(t.int64())],
    ["vector(2)", t.vector(2)],
    ["struct(a int64)", t.struct({ a: t.int64() })],
  ])("cannot have a %s as a key", (name, type) => {
    expect(mistakesIn(entity("e", { k: type as never }))).toEqual([
      {
        code: "ENTITY_KEY_TYPE",
        place: "entity 'e', key 'k'",
        what: `a ${name} cannot be a key`,
        mend: "use an integer, a decimal, text, bytes, a date, a timestamp or a bool",
      },
    ]);
  });

  it("cannot have keys that differ only in case", () => {
    expect(mistakesIn(entity("e", { k: t.string(), K: t.string() }))).toEqual([
      {
        code: "NAME_CLASH",
        place: "entity 'e'",
        what: "'k' and 'K' differ only in case, and engines fold case",
        mend: "rename one of them",
      },
    ]);
  });
});

describe("a source", () => {
  it("needs an event time among its columns", () => {
    expect(mistakesIn(source({ eventTime: "att" }))).toEqual([
      {
        code: "SOURCE_EVENT_TIME",
        place: "source 's'",
        what: "it has no column 'att' (did you mean 'at'?)",
        mend: "name a timestamp or a date column as eventTime",
      },
    ]);
  });

  it("needs an event time that is an instant", () => {
    expect(mistakesIn(source({ eventTime: "n" }))).toMatchObject([
      { code: "SOURCE_EVENT_TIME", what: "its event time 'n' is a int64" },
    ]);
  });

  it("needs a knownAt that is an instant", () => {
    expect(mistakesIn(source({ knownAt: (f: { n: unknown }) => f.n }))).toEqual([
      {
        code: "SOURCE_KNOWN_AT",
        place: "source 's'",
        what: "its knownAt is a int64",
        mend: "give a timestamp: a column, or the event time plus a duration",
      },
    ]);
  });

  it("needs a knownAt that it has", () => {
    expect(diagnosticsOf(() => source({ knownAt: "att" }))).toEqual([
      {
        code: "SOURCE_KNOWN_AT",
        place: "source 's'",
        what: "it has no column 'att' (did you mean 'at'?)",
        mend: "give a timestamp: a column, or the event time plus a duration",
      },
    ]);
  });

  it("cannot have columns that differ only in case", () => {
    expect(mistakesIn(source({ columns: { at: t.timestamp(), n: t.int64(), N: t.int64() } }))).toMatchObject([
      { code: "NAME_CLASH", place: "source 's'", what: "'n' and 'N' differ only in case, and engines fold case" },
    ]);
  });

  it("needs a lookback that has a length", () => {
    expect(mistakesIn(source({ lookback: "1 month" }))).toMatchObject([
      { code: "DURATION_CALENDAR", place: "source 's', lookback", mend: expect.stringContaining("write days") },
    ]);
  });

  it("takes its knownAt from a column or an expression", () => {
    const [column, expression, none] = [
      source({ columns: { at: t.timestamp(), known: t.timestamp() }, knownAt: "known" }),
      source({ knownAt: (f: { at: { plus(d: string): unknown } }) => f.at.plus("1h") }),
      source({}),
    ].map((s) => compileRepo("p", [s]).ir.sources[0]?.knownAt);
    expect(column).toMatchObject({ kind: "column", name: "known" });
    expect(expression).toMatchObject({ kind: "call", op: "instantPlus" });
    expect(none).toBeNull();
  });
});

it("a source whose rows are pushed says which rows are one event", () => {
  expect(mistakesIn(source({ push: true }))).toEqual([
    {
      code: "SOURCE_PUSH_ID",
      place: "source 's'",
      what: "its rows may be pushed, and nothing tells which rows are the same event",
      mend: "declare `id`, the columns that a pushed row and its copy in the source share, or leave `push` out",
    },
  ]);
  expect(mistakesIn(source({ push: true, id: "n", version: "at" }))).toEqual([]);
});
