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
const dense: ViewHints = { dense: true, settle: 60_000_000, most: true };
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
      -- a number for each key asked for
      "spending keys" AS MATERIALIZED (
        SELECT k0, row_number() OVER () AS kid FROM (SELECT DISTINCT k0 FROM "spending asked")
      ),
      -- the same, with the key's number
      "spending asks" AS MATERIALIZED (
        SELECT a.*, k.kid FROM "spending asked" a JOIN "spending keys" k ON a.k0 = k.k0
      ),
      -- the events of the keys asked for, as far back as a window reaches
      "spending events" AS MATERIALIZED (
        SELECT k.kid, e.et, e.ka, e.i0, row_number() OVER (PARTITION BY k.kid ORDER BY et, ka, o0 NULLS FIRST, o1 NULLS FIRST) AS rk
        FROM (SELECT * FROM (
          SELECT "id" AS k0,
            epoch_us("at") AS et,
            epoch_us("arrived") AS ka,
            "amount" AS i0,
            "amount" AS o0,
            "shop" AS o1
          FROM (SELECT "at"::TIMESTAMP AS "at", "arrived"::TIMESTAMP AS "arrived", "customer id"::BIGINT AS "id", "amount"::BIGINT AS "amount", "shop"::VARCHAR AS "shop" FROM read_parquet('orders.parquet'))
        ) WHERE k0 IS NOT NULL AND et IS NOT NULL AND ka IS NOT NULL AND et <= (SELECT max(t) FROM "spending asks")) e
        JOIN "spending keys" k ON e.k0 = k.k0
      ),
      -- events in the order in which they become known; only one that is later than all known before can win
      "spending records" AS (
        SELECT kid, av, et, i0 FROM (
          SELECT *, max(rk) OVER (PARTITION BY kid ORDER BY av, rk ROWS UNBOUNDED PRECEDING) AS best,
            lead(av) OVER (PARTITION BY kid ORDER BY av, rk) AS next_av
          FROM (SELECT *, greatest(ka, et) AS av FROM "spending events")
        ) WHERE rk = best AND next_av IS DISTINCT FROM av
      ),
      -- for each row asked for, the newest record at or before its instant
      "spending latest" AS (
        SELECT a.rid, a.t, r.et, r.i0
        FROM "spending asks" a
        ASOF JOIN "spending records" r ON a.kid = r.kid AND a.t >= r.av
      ),
      -- the events of the window for each row asked for, no older than 3900000000 microseconds before its end
      "spending partials 0" AS (
        SELECT a.rid, sum(i0) FILTER (e.et >= ((a.t - 3600000000) - ((((a.t - 3600000000)) % 300000000) + 300000000) % 300000000) AND e.et < a.t) AS p0
        FROM "spending asks" a JOIN "spending events" e ON a.kid = e.kid
        WHERE e.et >= ((a.t - 3600000000) - ((((a.t - 3600000000)) % 300000000) + 300000000) % 300000000) AND e.et < a.t AND e.ka <= a.t GROUP BY a.rid
      ),
      -- the features' values from what the branches found
      "spending windows 0" AS (
        SELECT a.rid, CASE WHEN p0 IS NULL OR p0 BETWEEN -9223372036854775808 AND 9223372036854775807 THEN p0::BIGINT ELSE error('AGGREGATE_OVERFLOW: ' || 'spending.total_1h for key' || ' ' || a.k0::VARCHAR) END AS f0
        FROM "spending partials 0" m JOIN "spending asks" a USING (rid)
      )
      SELECT l.__row,
        l."id",
        l."asked",
        l."the ""label""",
        CASE WHEN NOT "spending latest".t - "spending latest".et > 86400000000 THEN "spending latest".i0 END AS "spending__last_amount",
        "spending windows 0".f0 AS "spending__total_1h"
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

  it("joins windows of one hop together, and each sliding size by itself", () => {
    expect(namesOf(request())).toEqual(
      ["asked", "keys", "asks", "events", "records", "latest"]
        .concat(["partials 0", "windows 0", "partials 1", "windows 1"])
        .concat(["contributions 2", "running 2", "lifetime 2"])
        .map((n) => `"spending ${n}"`),
    );
  });

  it("goes through tiles where keys are dense, and only for windows that have them", () => {
    const names = namesOf(request({ hints: () => dense }));
    expect(names).toEqual(
      expect.arrayContaining(["split 0", "tiles 0", "whole 0", "open 0", "late 0"].map((n) => `"spending ${n}"`)),
    );
    expect(names).not.toContain('"spending tiles 1"');
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
      "row_number() OVER (PARTITION BY k.kid ORDER BY et, ka, o0 NULLS FIRST, o1 NULLS FIRST)",
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
