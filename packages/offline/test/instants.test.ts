import { count, last } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { frameOf, row, rows } from "./frame-of.js";

let db: Database;
beforeAll(async () => {
  // A session in another zone: no value may follow it.
  db = await Database.open({ threads: 1 });
  await db.run("SET TimeZone = 'Asia/Tokyo'");
});
afterAll(() => db.close());

// biome-ignore lint/suspicious/noExplicitAny: the view is made from parts
const seen = (f: any) => ({ at: f.at, n: count().over("lifetime", { bounds: "(]" }) });
const event = (at: string, more: Readonly<Record<string, string>> = {}) => row({ k: "'a'", x: "1", at, ...more });
const NEW_YORK = { zone: { at: "America/New_York" } } as const;

/** The event time of a row, as a feature shows it. */
async function instantOf(at: string, options = {}): Promise<unknown> {
  const [answer] = await frameOf(db, event(at), options, seen, ["2100-01-01"]);
  return answer?.["v__at"];
}
const utc = (text: string): bigint => BigInt(Date.parse(text)) * 1000n;

describe("local times", () => {
  it("are what the zone's clocks showed", async () => {
    expect(await instantOf("TIMESTAMP '2001-01-15 12:00:00.000001'", NEW_YORK)).toBe(utc("2001-01-15T17:00Z") + 1n);
    expect(await instantOf("TIMESTAMP '2001-07-15 12:00'", NEW_YORK)).toBe(utc("2001-07-15T16:00Z"));
  });

  it("are right to the edges of a gap and of an overlap", async () => {
    expect(await instantOf("TIMESTAMP '2001-04-01 01:59:59.999999'", NEW_YORK)).toBe(utc("2001-04-01T07:00Z") - 1n);
    expect(await instantOf("TIMESTAMP '2001-04-01 03:00'", NEW_YORK)).toBe(utc("2001-04-01T07:00Z"));
    expect(await instantOf("TIMESTAMP '2001-10-28 00:59:59.999999'", NEW_YORK)).toBe(utc("2001-10-28T05:00Z") - 1n);
    expect(await instantOf("TIMESTAMP '2001-10-28 02:00'", NEW_YORK)).toBe(utc("2001-10-28T07:00Z"));
  });

  it("are errors where the clocks skipped them", async () => {
    await expect(instantOf("TIMESTAMP '2001-04-01 02:30'", NEW_YORK)).rejects.toThrow(
      "SOURCE_LOCAL_TIME: column 'at' of source 'events': the local time 2001-04-01 02:30:00 does not exist in America/New_York",
    );
  });

  it("are errors where the clocks showed them twice", async () => {
    await expect(instantOf("TIMESTAMP '2001-10-28 01:00'", NEW_YORK)).rejects.toThrow(
      "column 'at' of source 'events': the local time 2001-10-28 01:00:00 exists twice in America/New_York",
    );
    // Lord Howe Island moves its clocks by half an hour.
    const howe = { zone: { at: "Australia/Lord_Howe" } } as const;
    await expect(instantOf("TIMESTAMP '2021-04-04 01:45'", howe)).rejects.toThrow("exists twice");
    expect(await instantOf("TIMESTAMP '2021-04-04 01:15'", howe)).toBe(utc("2021-04-03T14:15Z"));
  });

  it("are not what a column of instants holds", async () => {
    await expect(instantOf("TIMESTAMPTZ '2001-04-01 02:30:00+00'", NEW_YORK)).rejects.toThrow("SOURCE_ZONE");
  });
});

describe("instants", () => {
  it("of a zoned column are those that it holds, whatever the session's zone", async () => {
    expect(await instantOf("TIMESTAMPTZ '2001-04-01 02:30:00+02'")).toBe(utc("2001-04-01T00:30Z"));
  });

  it("in nanoseconds are floored, before 1970 too", async () => {
    expect(await instantOf("TIMESTAMP_NS '2000-01-01 00:00:00.000000999'")).toBe(utc("2000-01-01T00:00Z"));
    expect(await instantOf("TIMESTAMP_NS '1969-12-31 23:59:59.999999001'")).toBe(-1n);
    expect(await instantOf("TIMESTAMP_NS '1969-12-31 23:59:59.999998999'")).toBe(-2n);
  });

  it("that are infinite are no event", async () => {
    const list = rows(
      event("TIMESTAMP 'infinity'"),
      event("TIMESTAMP '-infinity'"),
      event("TIMESTAMP '2001-01-01'", { known: "TIMESTAMP 'infinity'" }),
    );
    for (const options of [{ knownAt: "known" }, { ...NEW_YORK, knownAt: "known" }] as const) {
      const [answer] = await frameOf(db, list, options, seen, ["2100-01-01"]);
      expect(answer).toMatchObject({ v__at: null, v__n: 0n });
    }
    expect(await instantOf("TIMESTAMP_NS 'infinity'")).toBeNull();
  });

  it("of days are 00:00 UTC, known when the source says", async () => {
    const days = rows(
      event("NULL::TIMESTAMP", { day: "DATE '2001-03-01'" }),
      event("NULL::TIMESTAMP", { day: "DATE '1969-12-31'", x: "2" }),
    );
    const options = { eventTime: "day", knownAt: { delay: "30h" } } as const;
    const answers = await frameOf(
      db,
      days,
      options,
      (f) => ({ x: f.x, n: last(f.x).over("1d", { shape: "sliding", bounds: "[]" }) }),
      ["1970-01-01T05:59:59.999999Z", "1970-01-01T06:00:00Z", "2001-03-02T05:59:59.999999Z", "2001-03-02T06:00:00Z"],
    );
    expect(answers.map((a) => a["v__x"])).toEqual([null, 2n, 2n, 1n]);
  });

  it("in labels are floored as well", async () => {
    const at = event("TIMESTAMP '2001-01-01 00:00:00.000001'");
    const { repoOf } = await import("./frame-of.js");
    const { trainingFrame } = await import("@lockstep/offline");
    const { ir, computations, sources } = repoOf(at, {}, seen);
    const sql = "SELECT 'a' AS k, TIMESTAMP_NS '2001-01-01 00:00:00.000000999' AS asked";
    const service = ir.services[0];
    if (!service) throw new Error("no service");
    const frame = await trainingFrame({ db, repo: ir, computations, sources }, service, {
      labels: { sql },
      timestamp: "asked",
    });
    expect((await frame.rows())[0]).toMatchObject({ v__at: null, v__n: 0n });
    await frame.close();
  });
});

describe("overflow", () => {
  const big = event("TIMESTAMP '2001-01-01'", { x: "9223372036854775807" });

  it("names the feature and the columns", async () => {
    await expect(frameOf(db, big, {}, (f) => ({ fine: f.x, y: f.x.plus(1) }), ["2100-01-01"])).rejects.toThrow(
      /^EXPRESSION_OVERFLOW at feature view 'v', feature 'y': its expression over column 'x' is out of range: Out of Range Error: Overflow in addition of INT64/,
    );
  });

  it("names knownAt", async () => {
    const options = { knownAt: (f: Parameters<NonNullable<typeof known>>[0]) => known(f) };
    await expect(
      frameOf(db, big, options as never, (f) => ({ n: count().over("1d"), x: f.x }), ["2100-01-01"]),
    ).rejects.toThrow("EXPRESSION_OVERFLOW at source 'events', knownAt: its expression over columns 'at', 'x'");
  });
});

// biome-ignore lint/suspicious/noExplicitAny: the source is made from parts
const known = (f: any) =>
  f.at.plus({
    ir: {
      kind: "call",
      op: "toDuration",
      args: [f.x.ir, { kind: "literal", value: "60000000", type: { kind: "int64" } }],
      type: { kind: "duration" },
    },
  });
