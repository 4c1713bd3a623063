import type { SourceIR } from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { duckdb, stateSql, touchedKeys } from "../src/index.js";
import { repo, view } from "./orders.js";

const WATERMARK = 983_448_000_000_000n;
const SOURCE = "read_parquet('orders.parquet')";
const relation = ({ path }: SourceIR) => duckdb.parquet(path);
const request = { dialect: duckdb, repo, view, watermark: WATERMARK };
const scans = (...sql: readonly string[]) => sql.join("\n").split(SOURCE).length - 1;
/** A CTE that is read several times is computed once. */
const inlined = (sql: string) => /"[^"]* events" AS NOT MATERIALIZED/.test(sql);

describe("how often the source is scanned", () => {
  it("is once for all keys", () => {
    const sql = stateSql({ ...request, relation, ordered: true });
    expect([scans(sql), inlined(sql)]).toEqual([1, false]);
  });

  it("is twice for the keys of new rows", () => {
    const touch = { kind: "known", after: WATERMARK - 1n } as const;
    const touched = touchedKeys({ ...request, relation, touch, name: (what) => `"${what}"` });
    const sql = stateSql({ ...request, repo: touched.repo, relation: touched.relation, keys: touched.keys });
    const before = touched.tables.map((table) => table.sql);
    expect([scans(...before, touched.countsSql), scans(sql), inlined(sql)]).toEqual([1, 1, false]);
  });
});
