import { count, entity, featureService, featureView, parquet, t } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { frameOf } from "../support/tables.js";

// Reported of other stores: duplicate labels merged into one or multiplied, rows in another order, rows dropped where a
// key is null, unknown, or has events in the future only.

const events = parquet("events", {
  path: "events.parquet",
  columns: { at: t.timestamp(), k: t.string(), x: t.int64() },
  eventTime: "at",
});
const view = featureView("v", {
  entity: entity("thing", { k: t.string() }),
  source: events,
  features: (f) => ({ x: f.x, n: count().over("1h") }),
});
const service = featureService("s", [view]);
const HOUR = 3_600_000_000n;
const rows = {
  events: [
    { at: HOUR, k: "a", x: 1n },
    { at: HOUR, k: "a", x: 2n },
    { at: 9n * HOUR, k: "late", x: 3n },
    { at: HOUR, k: null, x: 4n },
    { at: null, k: "a", x: 5n },
  ],
};
const T = HOUR + 1n;

describe("label rows", () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.open({ threads: 4 });
  });
  afterAll(() => db.close());

  it.each([{ dense: false }, { dense: true }])(
    "are kept, each once, in their order: $dense dense",
    async ({ dense }) => {
      const labels = [
        { k: "a", t: T, row: 0n },
        { k: null, t: T, row: 1n },
        { k: "a", t: T, row: 2n },
        { k: "late", t: T, row: 3n },
        { k: "unseen", t: T, row: 4n },
        { k: "a", t: 0n, row: 5n },
        { k: "a", t: T, row: 6n },
      ];
      const frame = await frameOf(db, service, rows, { labels, timestamp: "t", statuses: true, dense });
      const a = { v__x: 2n, v__x__status: "PRESENT", v__n: 2n, v__n__status: "PRESENT" };
      const missing = { v__x: null, v__x__status: "MISSING", v__n: 0n, v__n__status: "PRESENT" };
      expect(await frame.rows()).toEqual(
        [a, missing, a, missing, missing, missing, a].map((v, i) => ({ ...labels[i], ...v })),
      );
    },
  );

  it("that are the very same stay as many as they were", async () => {
    const sql = "SELECT 'a' AS k, make_timestamp(3600000001) AS t FROM range(5)";
    const frame = await frameOf(db, service, rows, { labels: { sql }, timestamp: "t" });
    expect(await frame.rows()).toEqual(Array(5).fill({ k: "a", t: T, v__x: 2n, v__n: 2n }));
  });

  it("in their hundred thousands keep their order, on several threads", async () => {
    const n = 300_000;
    // Keys and instants in an order of their own, every key several times.
    const sql = `SELECT 'k' || ((i * 7919) % 5003) AS k, make_timestamp(((i * 104729) % 900001) * 1000) AS t, i AS place FROM range(${n}) r(i)`;
    const many = Array.from({ length: 2_000 }, (_, i) => ({
      at: BigInt((i * 37) % 900) * 1_000_000n,
      k: `k${i}`,
      x: BigInt(i),
    }));
    const frame = await frameOf(db, service, { events: many }, { labels: { sql }, timestamp: "t" });
    expect(frame.rowCount).toBe(n);
    let place = 0n;
    let found = 0;
    for await (const batch of frame.batches()) {
      const [places, values] = [batch.getChild("place"), batch.getChild("v__x")];
      for (let i = 0; i < batch.numRows; i++, place++) {
        if (places?.get(i) !== place) expect({ place, found: places?.get(i) }).toEqual({ place, found: place });
        if (values?.get(i) !== null) found++;
      }
    }
    expect(place).toBe(BigInt(n));
    expect(found).toBeGreaterThan(n / 20);
    expect(frame.sql.trimEnd().endsWith("ORDER BY l.__row")).toBe(true);
    await frame.close();
  });

  it("without an instant are an error that names them", async () => {
    const labels = [T, null, T, null].map((at) => ({ k: "a", t: at }));
    await expect(frameOf(db, service, rows, { labels, timestamp: "t" })).rejects.toThrow(
      /LABELS_TIMESTAMP_NULL.*2 rows have no instant \(rows 1, 3/s,
    );
  });

  it("are none where there are none", async () => {
    const frame = await frameOf(db, service, rows, { labels: [], timestamp: "t" });
    expect(await frame.rows()).toEqual([]);
    expect(frame.columns.map((c) => c.name)).toEqual(["k", "t", "v__x", "v__n"]);
  });
});
