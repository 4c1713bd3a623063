import { compileRepo, count, entity, featureService, featureView, parquet, t } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lmdbFolder } from "../support/lmdb-folder.js";
import { serve } from "../support/serve.js";
import { frameOf, tablesOf } from "../support/tables.js";

// Reported of other stores: values past their ttl are served until a job removes them; a ttl counts from when a value
// was written, so that materializing old data again makes it young; a training row whose value expired is dropped.

const events = parquet("events", {
  path: "events.parquet",
  columns: { at: t.timestamp(), known: t.timestamp(), k: t.string(), x: t.int64() },
  eventTime: "at",
  knownAt: "known",
});
const view = featureView("v", {
  entity: entity("thing", { k: t.string() }),
  source: events,
  ttl: "1h",
  features: (f) => ({ x: f.x, n: count().over("10m", { shape: "sliding" }) }),
});
const service = featureService("s", [view]);
const HOUR = 3_600_000_000n;
const MINUTE = 60_000_000n;
// Known half an hour after it happened: the ttl does not wait for that.
const rows = { events: [{ at: HOUR, known: HOUR + 30n * MINUTE, k: "a", x: 7n }] };
const young = { value: 7n, status: "PRESENT" };
const expired = { value: null, status: "EXPIRED" };

describe("an expired value", () => {
  let db: Database;
  let store: OnlineStore;
  let end: () => Promise<void>;
  beforeAll(async () => {
    db = await Database.open({ threads: 1 });
    ({ store, end } = await lmdbFolder());
  });
  afterAll(async () => {
    db.close();
    await end();
  });

  it("is never served: the clock moves by a microsecond, and nothing else happens", async () => {
    const sources = await tablesOf(db, compileRepo("p", [service]).ir, rows);
    const watermark = HOUR + 30n * MINUTE;
    let now = watermark;
    const { reader } = await serve(db, store, service, sources, watermark, () => now);
    const read = async () => {
      const { t: at, columns } = await reader.read("s", [{ k: "a" }]);
      expect(at).toBe(now);
      return { value: columns[0]?.values[0], status: columns[0]?.statuses[0] };
    };
    expect(await read()).toEqual(young);
    now = 2n * HOUR;
    expect(await read()).toEqual(young);
    now = 2n * HOUR + 1n;
    expect(await read()).toEqual(expired);
    now = 2000n * HOUR;
    expect(await read()).toEqual(expired);
  });

  it("does not become young by materializing it again", async () => {
    const sources = await tablesOf(db, compileRepo("p", [service]).ir, rows);
    for (const [watermark, wanted] of [
      [2n * HOUR, young],
      [2n * HOUR + 1n, expired],
      [50n * HOUR, expired],
    ] as const) {
      const { reader } = await serve(db, store, service, sources, watermark);
      const { columns } = await reader.read("s", [{ k: "a" }]);
      expect({ value: columns[0]?.values[0], status: columns[0]?.statuses[0] }).toEqual(wanted);
    }
  });

  it("stays a row of its frame, with the same edge", async () => {
    const labels = [HOUR + 30n * MINUTE - 1n, HOUR + 30n * MINUTE, 2n * HOUR, 2n * HOUR + 1n, 9n * HOUR].map((at) => ({
      k: "a",
      t: at,
    }));
    const frame = await frameOf(db, service, rows, { labels, timestamp: "t", statuses: true });
    const missing = { value: null, status: "MISSING" };
    const found = (await frame.rows()).map((r) => ({ value: r["v__x"], status: r["v__x__status"] }));
    expect(found).toEqual([missing, young, young, expired, expired]);
  });

  it("and a window that moved on counts nothing, though no event came", async () => {
    const early = { events: [{ at: HOUR, known: HOUR, k: "a", x: 7n }] };
    const sources = await tablesOf(db, compileRepo("p", [service]).ir, early);
    let now = HOUR + 1n;
    const { reader } = await serve(db, store, service, sources, HOUR, () => now);
    const counted = async () => (await reader.read("s", [{ k: "a" }])).columns[1]?.values[0];
    expect(await counted()).toBe(1n);
    now = HOUR + 10n * MINUTE;
    expect(await counted()).toBe(1n);
    now = HOUR + 10n * MINUTE + 1n;
    expect(await counted()).toBe(0n);
  });
});
