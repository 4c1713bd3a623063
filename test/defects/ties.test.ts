import {
  count,
  entity,
  type FeatureSet,
  featureService,
  featureView,
  last,
  parquet,
  type RowOf,
  t,
} from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { frameOf } from "../support/tables.js";

// Reported of other stores: where two rows have one event time, which of them is served changes from run to run, or a
// row that became known early and arrived late wins over the one that replaced it.

const events = parquet("events", {
  path: "events.parquet",
  columns: { at: t.timestamp(), known: t.timestamp(), k: t.string(), x: t.int64(), note: t.string() },
  eventTime: "at",
  knownAt: "known",
});
const HOUR = 3_600_000_000n;

describe("events at one instant", () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.open({ threads: 4 });
  });
  afterAll(() => db.close());

  const service = <F extends FeatureSet>(features: (row: RowOf<typeof events.columns>) => F) =>
    featureService("s", [featureView("v", { entity: entity("thing", { k: t.string() }), source: events, features })]);

  it.each([{ dense: false }, { dense: true }])(
    "are ordered by when they became known, dense: $dense",
    async ({ dense }) => {
      const rows = {
        events: [
          { at: HOUR, known: HOUR + 30n, k: "a", x: 1n },
          { at: HOUR, known: HOUR + 10n, k: "a", x: 9n },
          { at: HOUR, known: HOUR + 20n, k: "a", x: 5n },
          // Known first, happened last: it stays the newest.
          { at: HOUR + 1n, known: HOUR + 5n, k: "b", x: 7n },
          { at: HOUR, known: HOUR + 40n, k: "b", x: 8n },
        ],
      };
      const ask = (k: string, after: bigint) => ({ k, t: HOUR + after });
      const labels = [
        ask("a", 9n),
        ask("a", 10n),
        ask("a", 19n),
        ask("a", 20n),
        ask("a", 29n),
        ask("a", 30n),
        ask("b", 5n),
        ask("b", 40n),
      ];
      const declared = service((f) => ({ x: f.x, newest: last(f.x).over("1h"), n: count().over("1h") }));
      const found = await (await frameOf(db, declared, rows, { labels, timestamp: "t", dense })).rows();
      const winners = [null, 9n, 9n, 5n, 5n, 1n, 7n, 7n];
      expect(found.map((r) => [r["v__x"], r["v__newest"]])).toEqual(winners.map((x) => [x, x]));
      expect(found.map((r) => r["v__n"])).toEqual([0n, 1n, 1n, 2n, 2n, 3n, 1n, 2n]);
    },
  );

  it("and known at one instant are ordered by what the view reads, whatever the rows' order", async () => {
    const tied = Array.from({ length: 40 }, (_, i) => ({
      at: HOUR,
      known: HOUR,
      k: "a",
      x: BigInt((i * 17) % 40),
      note: `n${(i * 7) % 40}`,
    }));
    const labels = [{ k: "a", t: HOUR }];
    const declared = service((f) => ({ note: f.note, x: f.x }));
    const orders = [tied, [...tied].reverse(), [...tied].sort((a, b) => (a.note < b.note ? -1 : 1))];
    for (const ordered of orders) {
      const [row] = await (await frameOf(db, declared, { events: ordered }, { labels, timestamp: "t" })).rows();
      // x comes before note in the source, so the row of the greatest x wins: 39 = (i * 17) % 40 for i = 7.
      expect(row).toMatchObject({ v__x: 39n, v__note: "n9" });
    }
  });

  it("are ordered by the columns of predicates too, for a view reads those", async () => {
    const rows = {
      events: [
        { at: HOUR, known: HOUR, k: "a", x: 1n, note: "z" },
        { at: HOUR, known: HOUR, k: "a", x: 2n, note: "b" },
      ],
    };
    const labels = [{ k: "a", t: HOUR }];
    const plain = service((f) => ({ note: f.note }));
    const reading = service((f) => ({ note: f.note, ones: count().where(f.x.eq(1)).over("1h") }));
    expect(await (await frameOf(db, plain, rows, { labels, timestamp: "t" })).rows()).toMatchObject([{ v__note: "z" }]);
    // x comes before note in the source, and the view reads it.
    expect(await (await frameOf(db, reading, rows, { labels, timestamp: "t" })).rows()).toMatchObject([
      { v__note: "b" },
    ]);
  });

  it("that are the same row twice count twice", async () => {
    const row = { at: HOUR, known: HOUR, k: "a", x: 1n };
    const declared = service((f) => ({ x: f.x, n: count().over("lifetime"), recent: count().over("2h") }));
    const labels = [{ k: "a", t: HOUR + 1n }];
    const frame = await frameOf(db, declared, { events: [row, row, row] }, { labels, timestamp: "t" });
    expect(await frame.rows()).toEqual([{ ...labels[0], v__x: 1n, v__n: 3n, v__recent: 3n }]);
  });
});
