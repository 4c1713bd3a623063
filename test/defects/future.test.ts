import { count, entity, featureService, featureView, parquet, sum, t } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { frameOf } from "../support/tables.js";

// Reported of other stores: a row that happened before a label and became known after it is in the label's features;
// a label drawn from the very stream of the features sees itself; asking again later gives other values.

const outcomes = parquet("outcomes", {
  path: "outcomes.parquet",
  columns: { at: t.timestamp(), known: t.timestamp(), k: t.string(), x: t.int64() },
  eventTime: "at",
  knownAt: "known",
});
const thing = entity("thing", { k: t.string() });
const HOUR = 3_600_000_000n;
const rows = {
  outcomes: [
    { at: HOUR, known: HOUR, k: "a", x: 1n },
    { at: 2n * HOUR, known: 5n * HOUR, k: "a", x: 10n },
    { at: 3n * HOUR, known: 3n * HOUR, k: "a", x: 100n },
    { at: 9n * HOUR, known: 4n * HOUR, k: "a", x: 1000n },
  ],
};

describe("what lies in a label's future", () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.open({ threads: 2 });
  });
  afterAll(() => db.close());

  const asked = async (asOf: "<=" | "<", instants: readonly bigint[], knownBy?: bigint, dense = false) => {
    const view = featureView("v", {
      entity: thing,
      source: outcomes,
      asOf,
      features: (f) => ({ x: f.x, ever: sum(f.x).over("lifetime"), day: sum(f.x).over("1d"), n: count().over("1d") }),
    });
    const labels = instants.map((at) => ({ k: "a", t: at }));
    const more = knownBy === undefined ? {} : { knownBy };
    const options = { labels, timestamp: "t", dense, ...more };
    const frame = await frameOf(db, featureService("s", [view]), rows, options);
    const found = await frame.rows();
    return found.map((r) => [r["v__x"], r["v__ever"], r["v__day"], r["v__n"]]);
  };

  it.each([{ dense: false }, { dense: true }])("is not in its features, dense: $dense", async ({ dense }) => {
    const before = [HOUR, HOUR + 1n, 5n * HOUR - 1n, 5n * HOUR, 9n * HOUR, 9n * HOUR + 1n];
    expect(await asked("<=", before, undefined, dense)).toEqual([
      [1n, null, null, 0n],
      [1n, 1n, 1n, 1n],
      // The row of 2:00 becomes known at 5:00; that of 9:00 is known at 4:00 and has not happened.
      [100n, 101n, 101n, 2n],
      [100n, 111n, 111n, 3n],
      [1000n, 111n, 111n, 3n],
      [1000n, 1111n, 1111n, 4n],
    ]);
  });

  it("is not in a tile that ends before it is known, by one microsecond", async () => {
    const end = HOUR + 60_000_000n;
    const late = { outcomes: [{ at: HOUR, known: end + 1n, k: "a", x: 1n }] };
    const view = featureView("v", {
      entity: thing,
      source: outcomes,
      features: (f) => ({ n: count(f.x).over("1h", { hop: "1m" }) }),
    });
    const labels = [end - 1n, end, end + 1n, end + 2n].map((at) => ({ k: "a", t: at }));
    for (const dense of [false, true]) {
      const frame = await frameOf(db, featureService("s", [view]), late, { labels, timestamp: "t", dense });
      expect((await frame.rows()).map((r) => r["v__n"])).toEqual([0n, 0n, 1n, 1n]);
    }
  });

  it("is not itself, where labels come from the stream of the features", async () => {
    const [own, next] = await asked("<", [3n * HOUR, 3n * HOUR + 1n]);
    expect(own).toEqual([1n, 1n, 1n, 1n]);
    expect(next).toEqual([100n, 101n, 101n, 2n]);
  });

  it("is what was known by an instant, asked for again at any time", async () => {
    const late = [9n * HOUR + 1n];
    expect(await asked("<=", late, 4n * HOUR - 1n)).toEqual([[100n, 101n, 101n, 2n]]);
    expect(await asked("<=", late, 4n * HOUR)).toEqual([[1000n, 1101n, 1101n, 3n]]);
    expect(await asked("<=", late, 0n)).toEqual([[null, null, null, 0n]]);
  });
});
