import { count, entity, featureService, featureView, parquet, sum, t } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { frameOf } from "../support/tables.js";

// A version is the event from when it is known until a greater one is, wherever that belongs: worked out by hand, each
// for a key that is asked for alone, so that no other key's rows are read for its sake.

const MINUTE = 60_000_000n;
/** Some day, and the epoch, where buckets of time of all lengths are the first. */
const BEGINNINGS = [983_448_000_000_000n, 0n];
const hours = (n: number) => BigInt(Math.round(n * 60)) * MINUTE;

const orders = parquet("orders", {
  path: "orders.parquet",
  columns: {
    at: t.timestamp(),
    known: t.timestamp(),
    k: t.string(),
    x: t.int64(),
    id: t.string(),
    version: t.int64(),
    gone: t.bool(),
  },
  eventTime: "at",
  knownAt: "known",
  id: "id",
  version: "version",
  deleted: "gone",
});
const lines = parquet("lines", {
  path: "lines.parquet",
  columns: { at: t.timestamp(), known: t.timestamp(), k: t.string(), x: t.int64(), id: t.string(), part: t.int32() },
  eventTime: "at",
  knownAt: "known",
  id: ["id", "part"],
});
const parts = featureView("p", {
  entity: entity("thing", { k: t.string() }),
  source: lines,
  features: (f) => ({ day: sum(f.x).over("1d"), ever: sum(f.x).over("lifetime") }),
});
const ranked = parquet("ranked", {
  path: "ranked.parquet",
  columns: { at: t.timestamp(), known: t.timestamp(), k: t.string(), x: t.int64(), version: t.int64() },
  eventTime: "at",
  knownAt: "known",
  version: "version",
});
const newest = featureView("n", {
  entity: entity("thing", { k: t.string() }),
  source: ranked,
  features: (f) => ({ x: f.x }),
});
const view = featureView("v", {
  entity: entity("thing", { k: t.string() }),
  source: orders,
  features: (f) => ({
    x: f.x,
    day: sum(f.x).over("1d"),
    ever: sum(f.x).over("lifetime"),
    slid: count().over("5h", { shape: "sliding" }),
  }),
});
const windows = featureView("w", {
  entity: entity("thing", { k: t.string() }),
  source: orders,
  features: (f) => ({ day: sum(f.x).over("1d") }),
});

const row = (at: number, known: number, k: string | null, x: bigint, id: string, version: bigint, gone = false) => ({
  at: hours(at),
  known: hours(known),
  k,
  x,
  id,
  version,
  gone,
});
const CASES = {
  "a deletion wins over a version that ties with it": {
    rows: [row(0, 1, "a", 1n, "1", 1n), row(0, 2, "a", 5n, "1", 2n), row(0, 2, "a", 5n, "1", 2n, true)],
    at: [
      [1, 1n, 1n, 1n, 1n],
      [2, null, null, null, 0n],
    ],
  },
  "a version under another key": {
    rows: [row(0, 0, "a", 1n, "1", 1n), row(0, 3, "b", 1n, "1", 2n), row(1, 1, "a", 10n, "2", 1n)],
    at: [
      [2, 10n, 11n, 11n, 2n],
      [3, 10n, 10n, 10n, 1n],
    ],
  },
  "a version without a key": {
    rows: [row(0, 0, "a", 1n, "1", 1n), row(0, 3, null, 1n, "1", 2n)],
    at: [
      [2, 1n, 1n, 1n, 1n],
      [3, null, null, null, 0n],
    ],
  },
  "a version out of every window's reach": {
    rows: [row(0, 0, "a", 1n, "1", 1n), row(-2000, 3, "a", 7n, "1", 2n)],
    at: [
      [2, 1n, 1n, 1n, 1n],
      [3, 7n, null, 7n, 0n],
    ],
  },
  "a version of the future": {
    rows: [row(0, 0, "a", 1n, "1", 1n), row(2000, 3, "a", 7n, "1", 2n)],
    at: [
      [2, 1n, 1n, 1n, 1n],
      [3, null, null, null, 0n],
    ],
  },
  "a lesser version that is known later": {
    rows: [row(0, 0, "a", 1n, "1", 2n), row(0, 3, "a", 7n, "1", 1n), row(0, 4, "a", 9n, "1", 3n)],
    at: [
      [3, 1n, 1n, 1n, 1n],
      [4, 9n, 9n, 9n, 1n],
    ],
  },
  "a greater version that is known first": {
    rows: [row(0, 4, "a", 1n, "1", 1n), row(0, 2, "a", 7n, "1", 2n)],
    at: [
      [2, 7n, 7n, 7n, 1n],
      [4, 7n, 7n, 7n, 1n],
    ],
  },
  "events that pass, one soon and one late": {
    rows: [
      row(0, 0, "a", 1n, "1", 1n),
      row(0, 4, "a", 1n, "1", 2n, true),
      row(0, 0, "a", 10n, "2", 1n),
      row(0, 0.25, "a", 10n, "2", 2n, true),
      row(0, 0, "a", 100n, "3", 1n),
      row(0, 4, "a", 100n, "3", 2n, true),
    ],
    at: [
      [0.1, 100n, 111n, 111n, 3n],
      [1, 100n, 101n, 101n, 2n],
      [4, null, null, null, 0n],
    ],
  },
  "two versions that take turns at being the newest": {
    rows: [
      row(0, 0, "a", 1n, "stays", 1n),
      row(1, 1, "a", 10n, "passes", 1n),
      row(-1, 3, "a", 10n, "passes", 2n),
      row(2, 4, "a", 100n, "comes late", 1n),
    ],
    at: [
      [2, 10n, 11n, 11n, 2n],
      [3, 1n, 11n, 11n, 2n],
      [5, 100n, 111n, 111n, 2n],
    ],
  },
} as const;

describe("corrections", () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.open({ threads: 1 });
  });
  afterAll(() => db.close());

  const hints = [false, true].flatMap((dense) => [false, true].map((most) => ({ dense, most })));
  const settings = BEGINNINGS.flatMap((begin) => hints.map((options) => ({ begin, ...options })));

  it.each(Object.entries(CASES))("%s", async (_, { rows, at }) => {
    for (const { begin, ...options } of settings) {
      const orders = rows.map((r) => ({ ...r, at: begin + r.at, known: begin + r.known }));
      const labels = at.map(([n]) => ({ k: "a", t: begin + hours(n) }));
      const asked = { labels, timestamp: "t", ...options };
      const frame = await frameOf(db, featureService("s", [view]), { orders }, asked);
      const found = (await frame.rows()).map((r) => [r["v__x"], r["v__day"], r["v__ever"], r["v__slid"]]);
      expect({ begin, options, found }).toEqual({ begin, options, found: at.map(([, ...values]) => values) });
      // Alone, windows read no further back than they reach.
      const short = await frameOf(db, featureService("s", [windows]), { orders }, asked);
      expect((await short.rows()).map((r) => r["w__day"])).toEqual(at.map(([, , day]) => day));
    }
  });

  it("of one part of an id leave its other parts alone", async () => {
    const line = (known: number, part: number, x: bigint) => ({
      at: 0n,
      known: hours(known),
      k: "a",
      x,
      id: "1",
      part,
    });
    const rows = { lines: [line(0, 1, 1n), line(1, 1, 10n), line(2, 2, 100n), line(3, 2, 1000n)] };
    const labels = [0.5, 1.5, 2.5, 3.5].map((n) => ({ k: "a", t: hours(n) }));
    for (const options of hints) {
      const frame = await frameOf(db, featureService("s", [parts]), rows, { labels, timestamp: "t", ...options });
      const found = (await frame.rows()).map((r) => [r["p__day"], r["p__ever"]]);
      expect(found).toEqual([1n, 10n, 110n, 1010n].map((total) => [total, total]));
    }
  });

  it("without an id: of events at one instant the greatest version wins, though a lesser one is known later", async () => {
    const event = (known: number, version: bigint, x: bigint) => ({ at: 0n, known: hours(known), k: "a", version, x });
    const rows = { ranked: [event(1, 1n, 1n), event(2, 3n, 10n), event(3, 2n, 100n), event(4, 4n, 1000n)] };
    const labels = [0, 1, 2, 3, 4].map((n) => ({ k: "a", t: hours(n) }));
    const frame = await frameOf(db, featureService("s", [newest]), rows, { labels, timestamp: "t" });
    expect((await frame.rows()).map((r) => r["n__x"])).toEqual([null, 1n, 10n, 10n, 1000n]);
  });
});
