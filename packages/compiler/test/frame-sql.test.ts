import type { ServiceIR } from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { duckdb, type FrameRequest, frameSql, type ViewHints } from "../src/index.js";
import { repo, service } from "./orders.js";

const request = (more: Partial<FrameRequest> = {}): string =>
  frameSql({
    dialect: duckdb,
    repo,
    service,
    labels: "labels",
    input: (name) => `"${name}"::BIGINT`,
    timestamp: '"asked"',
    keep: ["id", "asked", 'the "label"'],
    relation: (source) => duckdb.parquet(source.path),
    ...more,
  });
const only = (...features: string[]): ServiceIR => ({
  ...service,
  members: service.members.map((m) =>
    m.kind === "view" ? { ...m, features: m.features.filter((f) => features.includes(f.feature)) } : m,
  ),
});
const dense: ViewHints = { dense: true, settle: 60_000_000, most: true, few: false };
const namesOf = (sql: string) => [...sql.matchAll(/^("[^"]+") AS /gm)].map((m) => m[1]);

describe("a frame's SQL", () => {
  it("reads from top to bottom", () => {
    expect(request({ service: only("last_amount", "total_1h") })).toMatchInlineSnapshot(`
      "WITH
      -- spending: what the labels ask of the view spending; a null key is a key never seen
      "spending asked" AS (
        SELECT __row AS rid, "id"::BIGINT AS k0, epoch_us("asked") AS t
        FROM labels WHERE "id"::BIGINT IS NOT NULL
      ),
      -- a number for each key asked for: cheaper to join, sort and partition by
      "spending keys" AS MATERIALIZED (
        SELECT k0, (row_number() OVER ())::INTEGER AS kid FROM (SELECT DISTINCT k0 FROM "spending asked")
      ),
      -- the same, with the key's number
      "spending asks" AS MATERIALIZED (
        SELECT a.*, k.kid FROM "spending asked" a JOIN "spending keys" k ON a.k0 = k.k0
      ),
      -- the events of the keys asked for, as far back as a window reaches
      "spending events" AS NOT MATERIALIZED (
        SELECT k.kid, e.et, e.ka, e.i0, e.o1
        FROM (SELECT * FROM (
          SELECT "id" AS k0,
            epoch_us("at") AS et,
            epoch_us("arrived") AS ka,
            "amount" AS i0,
            "shop" AS o1
          FROM (SELECT "at"::TIMESTAMP AS "at", "arrived"::TIMESTAMP AS "arrived", "customer id"::BIGINT AS "id", "amount"::BIGINT AS "amount", "shop"::VARCHAR AS "shop" FROM read_parquet('orders.parquet'))
        ) WHERE k0 IS NOT NULL AND et IS NOT NULL AND ka IS NOT NULL AND et <= (SELECT max(t) FROM "spending asks")) e
        JOIN "spending keys" k ON e.k0 = k.k0
      ),
      -- for each row asked for, the event time of the newest visible event
      "spending times" AS MATERIALIZED (
        SELECT rid, kid, av AS t, newest AS et FROM (
          SELECT rid, kid, av, max(et) OVER (PARTITION BY kid ORDER BY av RANGE UNBOUNDED PRECEDING) AS newest FROM (
            SELECT NULL AS rid, kid, greatest(ka, et) AS av, et FROM "spending events"
            UNION ALL SELECT rid, kid, t, NULL FROM "spending asks"
          )
        ) WHERE rid IS NOT NULL AND newest IS NOT NULL
      ),
      -- of the events at one instant each wins from when it is known, unless a greater one was known before, until a greater one is
      "spending winners" AS (
        SELECT kid, et, av, lead(av, 1, 9223372036854775807) OVER (PARTITION BY kid, et ORDER BY av, rk) AS until, i0 FROM (
          SELECT *, max(rk) OVER (PARTITION BY kid, et ORDER BY av, rk ROWS UNBOUNDED PRECEDING) AS best FROM (
            SELECT *, greatest(ka, et) AS av, row_number() OVER (PARTITION BY kid, et ORDER BY ka, i0 NULLS FIRST, o1 NULLS FIRST) AS rk
            FROM (SELECT e.* FROM "spending events" e SEMI JOIN "spending times" x ON e.kid = x.kid AND e.et = x.et)
          )
        ) WHERE rk = best
      ),
      -- the winner of each row asked for
      "spending latest" AS (
        SELECT x.rid, x.t, w.et, w.i0
        FROM "spending times" x JOIN "spending winners" w ON x.kid = w.kid AND x.et = w.et AND x.t >= w.av AND x.t < w.until
      ),
      -- the events of the window for each row asked for
      "spending found 0" AS (
        SELECT a.rid, sum(i0) AS p0
        FROM (SELECT rid, kid, t, ((t - 3600000000) - ((((t - 3600000000)) % 300000000) + 300000000) % 300000000) AS w0 FROM "spending asks") a JOIN "spending events" e ON a.kid = e.kid WHERE e.et >= a.w0 AND e.et < a.t AND e.ka <= a.t
        GROUP BY a.rid
      ),
      -- the features' values
      "spending windows 0" AS (
        SELECT a.rid, CASE WHEN p.p0 IS NULL OR p.p0 BETWEEN -9223372036854775808 AND 9223372036854775807 THEN p.p0::BIGINT ELSE error('AGGREGATE_OVERFLOW: ' || 'spending.total_1h for key' || ' ' || a.k0::VARCHAR) END AS f1
        FROM "spending found 0" p JOIN "spending asks" a USING (rid)
      )
      SELECT l.__row,
        l."id",
        l."asked",
        l."the ""label""",
        CASE WHEN NOT "spending latest".t - "spending latest".et > 86400000000 THEN "spending latest".i0 END AS "spending__last_amount",
        "spending windows 0".f1 AS "spending__total_1h"
      FROM labels l
      LEFT JOIN "spending latest" ON "spending latest".rid = l.__row
      LEFT JOIN "spending windows 0" ON "spending windows 0".rid = l.__row
      ORDER BY l.__row"
    `);
  });

  it("says of every subquery why it is there", () => {
    for (const hints of [undefined, () => dense]) {
      const lines = request(hints ? { hints } : {}).split("\n");
      const subqueries = lines.flatMap((line, i) => (/^"[^"]+" AS /.test(line) ? [i] : []));
      expect(subqueries.length).toBeGreaterThan(8);
      for (const i of subqueries) expect(lines[i - 1]).toMatch(/^-- \S/);
    }
  });

  it("joins all windows together, and looks up lifetimes that run along", () => {
    expect(namesOf(request())).toEqual(
      ["asked", "keys", "asks", "events", "ranked events", "times", "winners", "latest"]
        .concat(["found 0", "windows 0"])
        .concat(["contributions 1", "running 1", "found 1", "lifetime 1"])
        .map((n) => `"spending ${n}"`),
    );
  });

  it("goes through tiles where keys are dense, and only for windows that have them", () => {
    const names = namesOf(request({ hints: () => dense }));
    expect(names).toEqual(
      expect.arrayContaining(
        ["split 0", "tiles 0 level 1", "whole 0 level 1", "open 0", "late 0", "tiles 2 level 2", "running tiles 2"].map(
          (n) => `"spending ${n}"`,
        ),
      ),
    );
    expect(names).not.toContain('"spending tiles 1 level 1"');
  });

  it("answers dense keys one way and the others another, where only some are dense", () => {
    const some: ViewHints = { ...dense, dense: "heavy_keys" };
    const sql = request({ hints: () => some });
    expect(namesOf(sql)).toEqual(
      expect.arrayContaining(
        ["dense asks", "sparse asks", "dense windows 0", "sparse windows 0"].map((n) => `"spending ${n}"`),
      ),
    );
    expect(sql).toContain('"spending asks" a SEMI JOIN heavy_keys d ON a.k0 = d.k0');
    expect(sql).toContain('"spending asks" a ANTI JOIN heavy_keys d ON a.k0 = d.k0');
  });

  it("reads no more of the source than windows reach, where there is nothing else", () => {
    expect(request({ service: only("total_1h") })).toContain(
      `et <= (SELECT max(t) FROM "spending asks") AND et >= (SELECT min(t) FROM "spending asks") - 3900000000`,
    );
    expect(request({ service: only("total_1h", "shop_ever") })).not.toContain("SELECT min(t)");
  });

  it("ranks events only where their order decides", () => {
    expect(request({ service: only("total_1h", "large_1h") })).not.toContain("row_number() OVER (PARTITION BY");
    expect(request({ service: only("shop_ever") })).toContain(
      "row_number() OVER (PARTITION BY kid ORDER BY et, ka, o0 NULLS FIRST, i0 NULLS FIRST)",
    );
  });

  it("leaves out what was not known by an instant", () => {
    expect(request({ knownBy: 5n })).toContain("ka <= 5");
    expect(request()).not.toContain("ka <= 5");
  });

  it("keeps the labels' columns first, and statuses beside their features", () => {
    const select =
      request({ statuses: true, service: only("total_1h", "recent") })
        .split("\nSELECT ")
        .at(-1) ?? "";
    expect([...select.matchAll(/ AS ("[^"]+")/g)].map((m) => m[1])).toEqual([
      '"spending__total_1h"',
      '"spending__total_1h__status"',
      '"spending__recent"',
      '"spending__recent__status"',
    ]);
    expect(select.split(",\n").slice(0, 4)).toEqual(["l.__row", '  l."id"', '  l."asked"', '  l."the ""label"""']);
  });
});
