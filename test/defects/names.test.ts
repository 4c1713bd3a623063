import { compileRepo, count, entity, featureService, featureView, last, parquet, sum, t } from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { bothSides } from "../support/both-sides.js";
import { serve } from "../support/serve.js";
import { frameOf, tablesOf } from "../support/tables.js";

// Reported of other stores: a feature named after an SQL keyword breaks the query; one that ends in `_y` or `_x` is
// dropped or renamed by a join that makes such suffixes itself; names of its own that the query uses clash.

const orders = parquet("group", {
  path: "orders.parquet",
  columns: {
    order: t.timestamp(),
    select: t.string(),
    from: t.int64(),
    price_y: t.int64(),
    price_x: t.int64(),
    et: t.int64(),
    k0: t.int64(),
    i0: t.int64(),
    kid: t.int64(),
    rid: t.int64(),
    spaced: t.int64(),
  },
  from: { spaced: 'a column\'s "name" -- with, everything' },
  eventTime: "order",
});
const view = featureView("table", {
  entity: entity("user", { select: t.string() }),
  source: orders,
  ttl: "1d",
  features: (f) => ({
    order: f.order,
    group: f.from,
    price_y: f.price_y,
    price_x: f.price_x,
    where: count().over("1h"),
    limit: sum(f.from).over("lifetime"),
    null: last(f.from).over("1h", { shape: "sliding" }),
    et: f.et,
    ka: f.kid,
    rk: f.k0,
    rid: f.rid,
    t: f.i0,
    tile: f.spaced,
    count_y: count(f.price_y).over("1d"),
  }),
});
const service = featureService("select_all", [view]);
const AT = 3_600_000_000n;
const rows = {
  group: [
    {
      order: AT,
      select: "drop",
      from: 1n,
      price_y: 2n,
      price_x: 3n,
      et: 4n,
      k0: 5n,
      i0: 6n,
      kid: 7n,
      rid: 8n,
      spaced: 9n,
    },
  ],
};
const expected = {
  table__order: AT,
  table__group: 1n,
  table__price_y: 2n,
  table__price_x: 3n,
  table__where: 1n,
  table__limit: 1n,
  table__null: 1n,
  table__et: 4n,
  table__ka: 7n,
  table__rk: 5n,
  table__rid: 8n,
  table__t: 6n,
  table__tile: 9n,
  table__count_y: 1n,
};

describe("names that mean something elsewhere", () => {
  const sides = bothSides();

  it.each([{ dense: false }, { dense: true }])("name features in a frame, dense: $dense", async ({ dense }) => {
    // The labels have such columns too, and keep them.
    const labels = [{ select: "drop", when: AT + 1n, price: 1n, price_y: 2n, rid: 3n, kid: 4n, desc: "x", k0: 5n }];
    const frame = await frameOf(sides.db, service, rows, { labels, timestamp: "when", dense });
    expect(await frame.rows()).toEqual([{ ...labels[0], ...expected }]);
    expect(frame.columns.map((c) => c.name)).toEqual([...Object.keys(labels[0] ?? {}), ...Object.keys(expected)]);
  });

  it("name features online", async () => {
    const sources = await tablesOf(sides.db, compileRepo("p", [service]).ir, rows);
    const { reader } = await serve(sides.db, sides.store, service, sources, AT + 1n);
    const { columns } = await reader.read("select_all", [{ select: "drop" }]);
    expect(Object.fromEntries(columns.map((c) => [c.name, c.values[0]]))).toEqual(expected);
  });

  it("clash with a label's column as an error, not by overwriting it", async () => {
    const labels = [{ select: "drop", when: AT, TABLE__price_y: 1n }];
    await expect(frameOf(sides.db, service, rows, { labels, timestamp: "when" })).rejects.toThrow("FRAME_COLUMN_CLASH");
  });
});
