import { Database } from "@lockstep/offline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { duckdb, unusedRowsSql } from "../src/index.js";
import { repo, view } from "./orders.js";

let db: Database;
beforeAll(async () => {
  db = await Database.open({ threads: 1 });
});
afterAll(() => db.close());

it("each row that is no event of a view, or nobody's, is counted once, by the first reason", async () => {
  await db.run(`CREATE TABLE orders AS SELECT * FROM (VALUES
    (TIMESTAMP '2001-03-01', TIMESTAMP '2001-03-01', 1::BIGINT, 5::BIGINT, 'a'),
    (TIMESTAMP '2001-03-01', TIMESTAMP '2001-03-01', NULL, 5, 'a'),
    (TIMESTAMP '2001-03-01', NULL, 1, 5, 'a'),
    (TIMESTAMP '2001-03-01', NULL, NULL, 5, 'a'),
    (NULL, TIMESTAMP '2001-03-01', 1, 5, 'a'),
    (NULL, NULL, NULL, 5, 'a'),
    (TIMESTAMP 'infinity', TIMESTAMP '2001-03-01', 1, 5, 'a'),
    (TIMESTAMP '2001-03-01', TIMESTAMP 'infinity', 1, 5, 'a')
  ) AS t("at", "arrived", "customer id", "amount", "shop")`);
  expect(await db.rows(unusedRowsSql({ dialect: duckdb, repo, view, relation: () => "orders" }))).toEqual([
    { rows: 8n, "no event time": 3n, "no knownAt": 3n, "null in the key": 1n },
  ]);
});
