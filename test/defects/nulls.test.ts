import { compileRepo, count, entity, featureService, featureView, last, mean, parquet, sum, t } from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { bothSides } from "../support/both-sides.js";
import { serve } from "../support/serve.js";
import { frameOf, tablesOf } from "../support/tables.js";

// Reported of other stores: a null is taken for 0, or is skipped offline and kept online; the newest value that is not
// null is served as the newest one.

const MINUTE = 60_000_000n;
const AT = 3_600_000_000n;
const readings = parquet("readings", {
  path: "readings.parquet",
  columns: { at: t.timestamp(), k: t.string(), x: t.int64(), good: t.bool() },
  eventTime: "at",
});
const windows = { tiles: {}, rows: { shape: "sliding" } } as const;
const view = featureView("v", {
  entity: entity("thing", { k: t.string() }),
  source: readings,
  features: (f) =>
    Object.fromEntries([
      ["x", f.x],
      ...Object.entries(windows).flatMap(([name, options]) => [
        [`${name}_last`, last(f.x).over("1h", options)],
        [`${name}_known`, last(f.x, { ignoreNulls: true }).over("1h", options)],
        [`${name}_all`, count().over("1h", options)],
        [`${name}_some`, count(f.x).over("1h", options)],
        [`${name}_sum`, sum(f.x).over("1h", options)],
        [`${name}_mean`, mean(f.x).over("1h", options)],
        [`${name}_good`, count().where(f.good).over("1h", options)],
      ]),
    ]),
});
const service = featureService("s", [view]);
const rows = {
  readings: [
    { at: AT, k: "a", x: 4n, good: true },
    { at: AT + MINUTE, k: "a", x: 8n, good: null },
    { at: AT + 2n * MINUTE, k: "a", x: null, good: false },
    { at: AT, k: "none", x: null, good: null },
  ],
};
const both = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.keys(windows).flatMap((w) => Object.entries(values).map(([name, value]) => [`v__${w}_${name}`, value])),
  );
const expected = [
  { v__x: null, ...both({ last: null, known: 8n, all: 3n, some: 2n, sum: 12n, mean: 6, good: 1n }) },
  { v__x: null, ...both({ last: null, known: null, all: 1n, some: 0n, sum: null, mean: null, good: 0n }) },
  { v__x: null, ...both({ last: null, known: null, all: 0n, some: 0n, sum: null, mean: null, good: 0n }) },
];
const KEYS = ["a", "none", "unseen"];
const T = AT + 10n * MINUTE;

describe("nulls", () => {
  const sides = bothSides();

  it.each([{ dense: false }, { dense: true }])("offline, dense: $dense", async ({ dense }) => {
    const labels = KEYS.map((k) => ({ k, t: T }));
    const frame = await frameOf(sides.db, service, rows, { labels, timestamp: "t", dense });
    expect(await frame.rows()).toEqual(labels.map((label, i) => ({ ...label, ...expected[i] })));
  });

  // At the newest event's own instant that one is still a row; later it is in a tile.
  it.each([AT + 2n * MINUTE, T])("online, materialized at %s", async (watermark) => {
    const sources = await tablesOf(sides.db, compileRepo("p", [service]).ir, rows);
    const { reader } = await serve(sides.db, sides.store, service, sources, watermark);
    const { columns } = await reader.read(
      "s",
      KEYS.map((k) => ({ k })),
      { at: T },
    );
    expect(KEYS.map((_, i) => Object.fromEntries(columns.map((c) => [c.name, c.values[i]])))).toEqual(expected);
  });
});
