import { compileRepo, entity, featureService, featureView, first, last, parquet, t } from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { bothSides } from "../support/both-sides.js";
import { serve } from "../support/serve.js";
import { frameOf, tablesOf } from "../support/tables.js";

// The oldest and the newest event of a window give their values, null or not, in one tile and in several.

const MINUTE = 60_000_000n;
const START = 983_448_000_000_000n;
const at = (minutes: bigint) => START + minutes * MINUTE;

const events = parquet("events", {
  path: "events.parquet",
  columns: { at: t.timestamp(), k: t.string(), x: t.int64() },
  eventTime: "at",
});
const rows = [
  { at: at(0n), k: "null at last", x: 1n },
  { at: at(10n), k: "null at last", x: null },
  { at: at(0n), k: "null at first", x: null },
  { at: at(10n), k: "null at first", x: 2n },
  // Both in one tile.
  { at: at(20n), k: "one tile", x: 3n },
  { at: at(20n) + 1n, k: "one tile", x: 4n },
  { at: at(20n) + 2n, k: "one tile", x: null },
];

const view = featureView("v", {
  entity: entity("thing", { k: t.string() }),
  source: events,
  features: (f) => ({
    first: first(f.x).over("1h", { hop: "5m" }),
    last: last(f.x).over("1h", { hop: "5m" }),
    last_known: last(f.x, { ignoreNulls: true }).over("1h", { hop: "5m" }),
  }),
});
const service = featureService("s", [view]);
const EXPECTED = [
  { k: "null at last", v__first: 1n, v__last: null, v__last_known: 1n },
  { k: "null at first", v__first: null, v__last: 2n, v__last_known: 2n },
  { k: "one tile", v__first: 3n, v__last: null, v__last_known: 4n },
];

describe("first and last", () => {
  const sides = bothSides();

  it.each([{ dense: false }, { dense: true }])("offline, dense: $dense", async ({ dense }) => {
    const labels = EXPECTED.map(({ k }) => ({ k, asked: at(40n) }));
    const frame = await frameOf(sides.db, service, { events: rows }, { labels, timestamp: "asked", dense });
    expect(await frame.rows()).toEqual(EXPECTED.map((row) => ({ ...row, asked: at(40n) })));
  });

  it.each([15n, 40n])("online, from a watermark %i minutes on", async (minutes) => {
    const sources = await tablesOf(sides.db, compileRepo("p", [service]).ir, { events: rows });
    const { reader } = await serve(sides.db, sides.store, service, sources, at(minutes));
    const asked = EXPECTED.filter(({ k }) => minutes === 40n || k !== "one tile");
    const { columns } = await reader.read(
      "s",
      asked.map(({ k }) => ({ k })),
      { at: at(40n) },
    );
    for (const [i, { k: _, ...expected }] of asked.entries()) {
      expect(Object.fromEntries(columns.map((c) => [c.name, c.values[i]]))).toEqual(expected);
    }
  });
});
