import { entity, featureService, featureView, parquet, sum, t } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { frameOf } from "../support/tables.js";

// Lifetimes that end at different instants, or take the instant itself in or not, stand in one view: worked out by hand.

const MINUTE = 60_000_000n;
const START = 983_448_000_000_000n;
const orders = parquet("orders", {
  path: "orders.parquet",
  columns: { at: t.timestamp(), k: t.string(), x: t.int64() },
  eventTime: "at",
});
const view = featureView("v", {
  entity: entity("thing", { k: t.string() }),
  source: orders,
  features: (f) => ({
    before: sum(f.x).over("lifetime"),
    until: sum(f.x).over("lifetime", { bounds: "(]" }),
    hour_ago: sum(f.x).over("lifetime", { offset: "1h" }),
  }),
});
/** An event each half hour; a sum tells which of them are in it. */
const rows = [0, 1, 2, 3, 4].map((i) => ({ at: START + BigInt(i * 30) * MINUTE, k: "a", x: 1n << BigInt(i) }));

let db: Database;
beforeAll(async () => {
  db = await Database.open({ threads: 1 });
});
afterAll(() => db.close());

it.each([false, true])("lifetimes each end where they say, dense: %s", async (dense) => {
  const labels = [90, 91].map((minute) => ({ k: "a", t: START + BigInt(minute) * MINUTE }));
  const service = featureService("s", [view]);
  const frame = await frameOf(db, service, { orders: rows }, { labels, timestamp: "t", dense });
  const found = await frame.rows();
  expect(found.map((r) => [r["v__before"], r["v__until"], r["v__hour_ago"]])).toEqual([
    [7n, 15n, 1n],
    [15n, 15n, 3n],
  ]);
  await frame.close();
});

it.each([0, 3 * 60])(
  "an event counts from when it is known, though its tile has ended, settled after %s minutes",
  async (settle) => {
    const arrivals = parquet("arrivals", {
      path: "arrivals.parquet",
      columns: { at: t.timestamp(), known: t.timestamp(), k: t.string(), x: t.int64() },
      eventTime: "at",
      knownAt: "known",
    });
    const late = featureView("v", {
      entity: entity("thing", { k: t.string() }),
      source: arrivals,
      features: (f) => ({ ever: sum(f.x).over("lifetime") }),
    });
    // From noon on, at ten past each hour of two days, and each known 110 minutes later.
    const known = Array.from({ length: 48 }, (_, i) => {
      const at = START + BigInt(i * 60 + 10) * MINUTE;
      return { at, known: at + 110n * MINUTE, k: "a", x: 1n };
    });
    const asked = [119, 120, 121, 179, 180, 720, 721, 780, 1_559, 1_560, 2_880].map(
      (minute) => START + BigInt(minute) * MINUTE,
    );
    const frame = await frameOf(
      db,
      featureService("s", [late]),
      { arrivals: known },
      { labels: asked.map((at) => ({ k: "a", t: at })), timestamp: "t", dense: true, settle: settle * Number(MINUTE) },
    );
    const expected = asked.map((at) => BigInt(known.filter((row) => row.known <= at).length));
    expect((await frame.rows()).map((r) => r["v__ever"])).toEqual(expected.map((n) => (n === 0n ? null : n)));
    await frame.close();
  },
);
