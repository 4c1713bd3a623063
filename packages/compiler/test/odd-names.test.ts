import { compileRepo, count, entity, featureService, featureView, last, parquet, stateLayout, t } from "@lockstep/core";
import { Database, type Sources, trainingFrame } from "@lockstep/offline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { duckdb, sampleSql, stateColumns, stateSql, unusedRowsSql } from "../src/index.js";

const QUOTED = `the "event's" time`;
const source = parquet("from", {
  path: "",
  columns: { group: t.timestamp(), order: t.string(), table: t.int64(), value: t.int64() },
  eventTime: "group",
  from: { group: QUOTED, order: "; DROP TABLE odd; --", value: "SELECT" },
});
const view = featureView("select", {
  entity: entity("where", { order: t.string(), table: t.int64() }),
  source,
  features: (f) => ({ from: f.value, join: count().over("1h"), union: last(f.value).over("lifetime"), i0: f.order }),
});
const { ir, computations } = compileRepo("odd", [
  featureService("limit", [view, view.as("all", { order: "l", table: `a "b" 'c'` }).rename({ from: `d "e" 'f'` })]),
]);

describe("names that SQL could take for its own", () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.open({ threads: 1 });
    await db.run(
      `CREATE TABLE odd AS SELECT TIMESTAMP '2001-03-01 12:00:00' AS ${duckdb.ident(QUOTED)}, 'it''s' AS "; DROP TABLE odd; --",
       1::BIGINT AS "table", 5::BIGINT AS "SELECT"`,
    );
  });
  afterAll(() => db.close());
  const sources: Sources = { relation: () => "odd", place: () => "odd", exists: () => true };
  const request = () => {
    const [only] = ir.views;
    if (!only) throw new Error("no view");
    return { dialect: duckdb, repo: ir, view: only, relation: sources.relation };
  };

  it.each([false, true])("are only names in a frame (dense keys: %s)", async (dense) => {
    const [service] = ir.services;
    if (!service) throw new Error("no service");
    const hints = () => ({ dense, settle: 0, most: dense, few: dense });
    const at = "2001-03-01T12:00:01Z";
    const labels = [
      { order: "it's", table: 1n, l: "it's", [`a "b" 'c'`]: 2n, t: at, kid: "x", k0: "y", rid: 7n },
      { order: "it's", table: 2n, l: "it's", [`a "b" 'c'`]: 1n, t: at, kid: null, k0: "z", rid: 8n },
    ];
    const frame = await trainingFrame({ db, repo: ir, computations, sources, hints }, service, {
      labels,
      timestamp: "t",
    });
    const [first, second] = await frame.rows();
    expect(first).toMatchObject({ select__from: 5n, select__join: 1n, select__union: 5n, select__i0: "it's" });
    expect(first).toMatchObject({ [`d "e" 'f'`]: null, all__join: 0n, all__union: null, kid: "x", k0: "y", rid: 7n });
    expect(second).toMatchObject({ select__from: null, select__join: 0n, [`d "e" 'f'`]: 5n, all__join: 1n });
    await frame.close();
  });

  it("are only names in a state, a sample and a count of unused rows", async () => {
    const { view: only } = request();
    const layout = stateLayout(only);
    const states: unknown[] = [];
    for await (const chunk of db.chunks(stateSql({ ...request(), watermark: 2n ** 60n }))) {
      const { keys } = stateColumns(only, layout);
      for (let row = 0; row < chunk.rows; row++) states.push(keys.map((type, i) => chunk.column(i, type).get(row)));
    }
    expect(states).toEqual([["it's", 1n]]);
    const sample = sampleSql({ ...request(), knownBy: 2n ** 60n, from: 0n, to: 2n ** 60n, limit: 5, seed: 1 });
    expect(await db.rows(sample)).toEqual([{ k0: "it's", k1: 1n, et: 983_448_000_000_000n }]);
    expect(await db.rows(unusedRowsSql(request()))).toEqual([
      { rows: 1n, "no event time": 0n, "no knownAt": 0n, "null in the key": 0n },
    ]);
  });
});
