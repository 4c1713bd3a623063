import { stateLayout } from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { duckdb, stateColumns, stateSql, unusedRowsSql } from "../src/index.js";
import { repo, view } from "./orders.js";

const common = { dialect: duckdb, repo, view, relation: (source: { path: string }) => duckdb.parquet(source.path) };
const WATERMARK = 983_448_000_000_000n;

describe("the SQL of a view's state", () => {
  it("reads from top to bottom", () => {
    expect(stateSql({ ...common, watermark: WATERMARK })).toMatchInlineSnapshot(`
      "WITH
      -- the events known by the watermark
      "spending events" AS MATERIALIZED (
        SELECT *, row_number() OVER (PARTITION BY k0 ORDER BY et, ka, i0 NULLS FIRST, i2 NULLS FIRST) AS rk FROM (SELECT * FROM (
          SELECT "id" AS k0,
            epoch_us("at") AS et,
            epoch_us("arrived") AS ka,
            "amount" AS i0,
            (("amount" > 100::BIGINT))::BOOLEAN AS i1,
            "shop" AS i2
          FROM (SELECT "at"::TIMESTAMP AS "at", "arrived"::TIMESTAMP AS "arrived", "customer id"::BIGINT AS "id", "amount"::BIGINT AS "amount", "shop"::VARCHAR AS "shop" FROM read_parquet('orders.parquet'))
        ) WHERE k0 IS NOT NULL AND et IS NOT NULL AND ka IS NOT NULL AND ka <= 983448000000000)
      ),
      -- when each key's greatest event at or before the watermark happened
      "spending newest" AS MATERIALIZED (
        SELECT k0, max(et) FILTER (et <= 983448000000000) AS et FROM "spending events" GROUP BY k0
      ),
      -- the events that happened then
      "spending candidates" AS MATERIALIZED (
        SELECT e.* FROM "spending events" e SEMI JOIN "spending newest" n ON e.k0 = n.k0 AND e.et = n.et
      ),
      -- the keys with several of them, if there are more such events than keys
      "spending ties" AS MATERIALIZED (
        SELECT k0, count(*) AS n FROM "spending candidates"
        WHERE (SELECT count(*) FROM "spending candidates") > (SELECT count(et) FROM "spending newest") GROUP BY k0 HAVING count(*) > 1
      ),
      -- the greatest event at or before the watermark
      "spending winner" AS (
        SELECT k0, et, i0 FROM "spending candidates" e ANTI JOIN "spending ties" s ON e.k0 = s.k0
        UNION ALL
        SELECT k0, et, i0 FROM (
          SELECT e.* FROM "spending candidates" e SEMI JOIN "spending ties" s ON e.k0 = s.k0
        ) QUALIFY lead(et) OVER (PARTITION BY k0 ORDER BY rk) IS NULL
        UNION ALL
        SELECT k0, et, NULL AS i0 FROM "spending newest" WHERE et IS NULL
      ),
      -- partials of tiles of 300000000 microseconds over the events before the watermark
      "spending tiles 0" AS (
        SELECT k0, list({'tile': tile, 's0': s0, 's1': s1} ORDER BY tile) AS l FROM (
          SELECT k0, tile, p0 AS s0, p1 AS s1 FROM (
            SELECT k0, tile, sum(i0) AS p0, count(*) FILTER (i1) AS p1
            FROM (SELECT *, (et - (((et) % 300000000) + 300000000) % 300000000) AS tile FROM "spending events" WHERE et < 983448000000000 AND et >= 983444100000000)
            GROUP BY k0, tile
          )
        ) GROUP BY k0
      ),
      -- one partial over all events before the watermark
      "spending lifetime 0" AS (
        SELECT k0, p0 AS s0, p2 AS s1 FROM (
          SELECT k0, arg_max_null(i2, rk) AS p0, max(rk) AS p1, max(et) AS p2
          FROM "spending events" WHERE et < 983448000000000 GROUP BY k0
        )
      ),
      -- the events that stay rows: those at or after the watermark less what windows reach back
      "spending rows" AS (
        SELECT k0, list({'et': et, 'i0': i0, 'i1': i1, 'i2': i2} ORDER BY rk) AS l
        FROM "spending events" WHERE et >= 983447910000000 GROUP BY k0
      )
      SELECT "spending winner".k0,
        "spending winner".et,
        "spending winner".i0,
        "spending tiles 0".l AS "spending tile 0",
        "spending lifetime 0".s0,
        "spending lifetime 0".s1,
        "spending rows".l
      FROM "spending winner"
      LEFT JOIN "spending tiles 0" ON "spending winner".k0 = "spending tiles 0".k0
      LEFT JOIN "spending lifetime 0" ON "spending winner".k0 = "spending lifetime 0".k0
      LEFT JOIN "spending rows" ON "spending winner".k0 = "spending rows".k0"
    `);
  });

  it("has the columns that the layout says, in order", () => {
    const columns = stateColumns(view, stateLayout(view));
    expect({
      keys: columns.keys.map((c) => c.kind),
      latest: columns.latest?.map((c) => c.kind),
      tiles: columns.tiles.map((g) => g.map((c) => c.kind)),
      lifetimes: columns.lifetimes.map((g) => g.map((c) => c.kind)),
      events: columns.events.map((c) => c.kind),
    }).toEqual({
      keys: ["int64"],
      latest: ["int64", "int64"],
      tiles: [["int64", "int128", "int64"]],
      lifetimes: [["string", "timestamp"]],
      events: ["int64", "int64", "bool", "string"],
    });
  });

  it("reads no more than its parts reach where there is no winner and no lifetime", () => {
    const windows = { ...view, features: view.features.filter((f) => ["total_1h", "recent"].includes(f.name)) };
    // An hour and the tile that its lower edge falls in.
    expect(stateSql({ ...common, view: windows, watermark: WATERMARK })).toContain(
      `AND et >= ${WATERMARK - 3_900_000_000n}`,
    );
  });
});

describe("the SQL that counts unused rows", () => {
  it("gives each row one reason", () => {
    expect(unusedRowsSql(common)).toMatchInlineSnapshot(`
      "SELECT count(*)::BIGINT AS "rows",
        (count(*) FILTER (epoch_us("at") IS NULL))::BIGINT AS "no event time",
        (count(*) FILTER (epoch_us("at") IS NOT NULL AND epoch_us("arrived") IS NULL))::BIGINT AS "no knownAt",
        (count(*) FILTER (epoch_us("at") IS NOT NULL AND epoch_us("arrived") IS NOT NULL AND ("id" IS NULL)))::BIGINT AS "null in the key"
      FROM (SELECT "at"::TIMESTAMP AS "at", "arrived"::TIMESTAMP AS "arrived", "customer id"::BIGINT AS "id", "amount"::BIGINT AS "amount", "shop"::VARCHAR AS "shop" FROM read_parquet('orders.parquet'))"
    `);
  });

  it("knows no null keys where the view has no entity", () => {
    expect(unusedRowsSql({ ...common, view: { ...view, entity: null, keys: [] } })).toContain("AND (false)");
  });
});
