import {
  compileRepo,
  count,
  featureView,
  isLockstepError,
  type ParquetOptions,
  parquet,
  type Source,
  t,
} from "@lockstep/core";
import { describe, expect, it } from "vitest";

const columns = {
  at: t.timestamp(),
  day: t.date(),
  known: t.timestamp(),
  id: t.int64(),
  part: t.string(),
  weight: t.float64(),
  vector: t.vector(3),
  gone: t.bool(),
};
type Options = ParquetOptions<typeof columns>;

/** A source as JavaScript may declare it, where no type checker looks. */
const declared = (options: object): Source =>
  parquet("events", { path: "events.parquet", columns, eventTime: "at", ...options } as Options & {
    knownAt: "known";
  }) as unknown as Source;

function compiled(options: object) {
  const view = featureView("v", { source: declared(options) as never, features: () => ({ n: count().over("1d") }) });
  const source = compileRepo("p", [view]).ir.sources[0];
  if (!source) throw new Error("no source");
  return source;
}

function problem(options: object): string {
  try {
    compiled(options);
  } catch (error) {
    if (isLockstepError(error)) return error.message;
    throw error;
  }
  return "";
}

describe("versions of a source's rows", () => {
  it("are one column or several, and leave other sources as they were", () => {
    expect(compiled({ id: "id", version: "weight" })).toMatchObject({ id: ["id"], version: "weight" });
    expect(compiled({ id: ["id", "part"], knownAt: "known", deleted: "gone" })).toMatchObject({
      id: ["id", "part"],
      deleted: "gone",
    });
    expect(Object.keys(compiled({}))).toEqual(["name", "kind", "path", "columns", "eventTime", "knownAt", "lookback"]);
  });

  it("need to say which is newer", () => {
    expect(problem({ id: ["id", "part"] })).toBe(
      "SOURCE_ID_VERSION at source 'events': rows that share 'id', 'part' are versions of one event, and nothing says which is newer; declare `version`, or `knownAt` by which each version became known",
    );
    expect(problem({ id: "id", knownAt: "known" })).toBe("");
    expect(problem({ id: "id", knownAt: { delay: "1h" } })).toBe("");
  });

  it("have columns of fitting types", () => {
    expect(problem({ id: "weight", version: "id" })).toContain(
      "SOURCE_ID at source 'events': its id 'weight' is a float64",
    );
    expect(problem({ id: "idd", version: "id" })).toContain("it has no column 'idd' (did you mean 'id'?)");
    expect(problem({ version: "vector" })).toContain(
      "SOURCE_VERSION at source 'events': its version 'vector' is a vector(3)",
    );
    expect(problem({ deleted: "id" })).toContain("SOURCE_DELETED at source 'events': its deleted 'id' is a int64");
  });
});

describe("a source's instants", () => {
  it("take a delay after the event time as knownAt", () => {
    const at = { kind: "column", name: "at", type: { kind: "timestamp" } };
    const delay = { kind: "literal", value: "7200000000", type: { kind: "duration" } };
    expect(compiled({ knownAt: { delay: "2h" } }).knownAt).toMatchObject({ op: "instantPlus", args: [at, delay] });
    expect(compiled({ eventTime: "day", knownAt: { delay: "30h" } }).knownAt).toMatchObject({
      op: "instantPlus",
      args: [{ op: "midnight", args: [{ name: "day" }] }, {}],
      type: { kind: "timestamp" },
    });
    expect(() => compiled({ knownAt: { delay: "1 month" } })).toThrow("DURATION_CALENDAR");
  });

  it("are known only when a day's source says so", () => {
    expect(problem({ eventTime: "day" })).toContain(
      "SOURCE_DATE_KNOWN_AT at source 'events': its event time 'day' is a date",
    );
    expect(problem({ eventTime: "day", knownAt: "known" })).toBe("");
    expect(problem({ eventTime: "part" })).toContain(
      "SOURCE_EVENT_TIME at source 'events': its event time 'part' is a string",
    );
    // @ts-expect-error a day's figure is not known at that day's midnight
    parquet("days", { path: "", columns, eventTime: "day" });
    parquet("days", { path: "", columns, eventTime: "day", knownAt: (d) => d.day.midnight().plus("30h") });
    parquet("times", { path: "", columns, eventTime: "at" });
    // @ts-expect-error only a timestamp or a date is an event time
    parquet("texts", { path: "", columns, eventTime: "part" });
    // @ts-expect-error a deletion is a bool
    parquet("texts", { path: "", columns, eventTime: "at", deleted: "part" });
  });

  it("may be local times of a zone that exists", () => {
    expect(compiled({ zone: { at: "America/New_York" } }).columns[0]).toMatchObject({
      name: "at",
      zone: "America/New_York",
    });
    expect(problem({ zone: { at: "America/Gotham" } })).toBe(
      "SOURCE_ZONE at source 'events', column 'at': there is no time zone 'America/Gotham'; write an IANA name, such as 'America/New_York' or 'Europe/Vienna'",
    );
    expect(problem({ zone: { at: "+02:00" } })).toContain("SOURCE_ZONE");
    expect(problem({ zone: { day: "UTC" } })).toContain("it is a date and has a zone");
  });
});
