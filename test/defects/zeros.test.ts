import { compileRepo, entity, featureService, featureView, last, max, mean, min, parquet, t } from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { bothSides } from "../support/both-sides.js";
import { serve } from "../support/serve.js";
import { frameOf, tablesOf } from "../support/tables.js";

// -0 equals +0, and comes before it: which of them a minimum, a maximum or a winner is never depends on the rows' order,
// and is the same offline and online. A model that divides by a feature sees the difference.

const HOUR = 3_600_000_000n;
const numbers = parquet("numbers", {
  path: "numbers.parquet",
  columns: { at: t.timestamp(), k: t.string(), f: t.float64(), g: t.float32(), n: t.int64() },
  eventTime: "at",
});
const view = featureView("v", {
  entity: entity("thing", { k: t.string() }),
  source: numbers,
  features: (row) => ({
    n: row.n,
    f: row.f,
    g: row.g,
    last_f: last(row.f).over("1h"),
    last_g: last(row.g).over("1h", { shape: "sliding" }),
    min_f: min(row.f).over("1h"),
    max_f: max(row.f).over("1h"),
    min_g: min(row.g).over("1h", { shape: "sliding" }),
    max_g: max(row.g).over("1h", { shape: "sliding" }),
    min_ever: min(row.f).over("lifetime"),
    max_ever: max(row.g).over("lifetime"),
    mean_n: mean(row.n).over("1h"),
  }),
});
const service = featureService("s", [view]);

const pair = (k: string, first: number, second: number) => [
  { at: HOUR, k, f: first, g: first, n: Object.is(first, -0) ? 2n : 1n },
  { at: HOUR, k, f: second, g: second, n: Object.is(second, -0) ? 2n : 1n },
];
const rows = { numbers: [...pair("down", 0, -0), ...pair("up", -0, 0), ...pair("minus", -0, -0)] };
const mixed = {
  // The row of +0 is the greater one, for f comes before n in the source.
  ...{ v__n: 1n, v__f: 0, v__g: 0, v__last_f: 0, v__last_g: 0 },
  ...{ v__min_f: -0, v__max_f: 0, v__min_g: -0, v__max_g: 0, v__min_ever: -0, v__max_ever: 0, v__mean_n: 1.5 },
};
const minus = Object.fromEntries(
  Object.keys(mixed).map((name) => [name, name === "v__n" ? 2n : name === "v__mean_n" ? 2 : -0]),
);
const KEYS = ["down", "up", "minus"];
const expected = [mixed, mixed, minus];

describe("zeros", () => {
  const sides = bothSides();

  it.each([{ dense: false }, { dense: true }])("have a sign offline, dense: $dense", async ({ dense }) => {
    const labels = KEYS.map((k) => ({ k, t: HOUR + HOUR / 2n }));
    const frame = await frameOf(sides.db, service, rows, { labels, timestamp: "t", dense });
    expect(await frame.rows()).toEqual(labels.map((label, i) => ({ ...label, ...expected[i] })));
  });

  it.each([HOUR, HOUR + 1n])("have a sign online, materialized at %s", async (watermark) => {
    const sources = await tablesOf(sides.db, compileRepo("p", [service]).ir, rows);
    const { reader } = await serve(sides.db, sides.store, service, sources, watermark);
    const { columns } = await reader.read(
      "s",
      KEYS.map((k) => ({ k })),
      { at: HOUR + HOUR / 2n },
    );
    const found = KEYS.map((_, i) => Object.fromEntries(columns.map((c) => [c.name, c.values[i]])));
    expect(found).toEqual(expected);
  });
});
