import { duckdb, frameSql, unusedRowsSql } from "@lockstep/compiler";
import { count, max } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { frameOf, repoOf, row, rows } from "./frame-of.js";

let db: Database;
beforeAll(async () => {
  db = await Database.open({ threads: 1 });
});
afterAll(() => db.close());

const event = (id: string, at: string, known: string, x: string, more: Readonly<Record<string, string>> = {}) =>
  row({ k: "'a'", id, at: `TIMESTAMP '2001-01-0${at}'`, known: `TIMESTAMP '2001-01-0${known}'`, x, ...more });
const versioned = { id: "id", knownAt: "known", deleted: "gone" } as const;
// biome-ignore lint/suspicious/noExplicitAny: the view is made from parts
const seen = (f: any) => ({
  x: f.x,
  n: count().over("lifetime", { bounds: "(]" }),
  most: max(f.x).over("7d", { shape: "sliding", bounds: "[]" }),
});
const days = (...list: number[]) => list.map((d) => `2001-01-0${d}`);

describe("a version", () => {
  it("is the event until a greater one is known, and a key may lose it", async () => {
    const list = rows(event("1", "1", "1", "1"), event("2", "2", "2", "9"), event("2", "2", "4", "5", { k: "'b'" }));
    const answers = await frameOf(db, list, versioned, seen, days(1, 2, 3, 4));
    expect(answers.map((a) => [a["v__x"], a["v__n"], a["v__most"]])).toEqual([
      [1n, 1n, 1n],
      [9n, 2n, 9n],
      [9n, 2n, 9n],
      [1n, 1n, 1n],
    ]);
  });

  it("may end the event", async () => {
    const list = rows(event("1", "1", "1", "1"), event("1", "1", "3", "NULL::BIGINT", { gone: "true" }));
    const answers = await frameOf(db, list, versioned, seen, days(2, 3));
    expect(answers.map((a) => [a["v__x"], a["v__n"]])).toEqual([
      [1n, 1n],
      [null, 0n],
    ]);
  });

  it("without an id is a row of its own, or none where it is deleted", async () => {
    const list = rows(
      event("1", "1", "1", "1"),
      event("1", "1", "1", "1"),
      event("1", "1", "1", "7", { gone: "true" }),
    );
    const [answer] = await frameOf(db, list, { knownAt: "known", deleted: "gone" }, seen, days(2));
    expect(answer).toMatchObject({ v__x: 1n, v__n: 2n });
  });
});

describe("a source without an id", () => {
  it("compiles to a query that knows no versions", () => {
    const { ir, sources } = repoOf(row({}), { knownAt: "known" }, seen);
    const [service] = ir.services;
    if (!service) throw new Error("no service");
    const request = {
      dialect: duckdb,
      repo: ir,
      service,
      labels: "l",
      keep: [],
      timestamp: "t",
      relation: sources.relation,
    };
    const sql = frameSql({ ...request, input: duckdb.ident });
    expect(sql).not.toMatch(/AS gone|e\.gone|versions|shared ids/);
  });
});

describe("unused rows", () => {
  it("are counted by reason, those without an id, too", async () => {
    const list = rows(
      event("1", "1", "1", "1"),
      event("NULL::BIGINT", "1", "1", "1"),
      event("NULL::BIGINT", "1", "1", "1", { k: "NULL::VARCHAR" }),
      event("2", "1", "1", "1", { k: "NULL::VARCHAR" }),
      event("3", "1", "1", "1", { at: "TIMESTAMP 'infinity'" }),
      event("3", "1", "1", "1", { known: "NULL::TIMESTAMP" }),
    );
    const { ir, sources } = repoOf(list, versioned, seen);
    const [view] = ir.views;
    if (!view) throw new Error("no view");
    const [counts] = await db.rows(unusedRowsSql({ dialect: duckdb, repo: ir, view, relation: sources.relation }));
    expect(counts).toEqual({ rows: 6n, "no event time": 1n, "no knownAt": 1n, "no id": 2n, "null in the key": 1n });
  });
});

describe("ties between events", () => {
  it("fall to what the whole view reads, whichever features are asked for", async () => {
    const { compileRepo, featureService, featureView, entity, parquet, t } = await import("@lockstep/core");
    const { trainingFrame } = await import("@lockstep/offline");
    const columns = { k: t.string(), at: t.timestamp(), x: t.int64(), y: t.int64() };
    const source = parquet("events", { path: "", columns, eventTime: "at" });
    const view = featureView("v", {
      entity: entity("thing", { k: t.string() }),
      source,
      features: (f) => ({ x: f.x, y: f.y }),
    });
    const { ir, computations } = compileRepo("p", [featureService("s", [view.pick("y")])]);
    const at = "'a' AS k, TIMESTAMP '2001-01-01' AS \"at\"";
    const relation = () => `(SELECT ${at}, 1 AS x, 2 AS y UNION ALL SELECT ${at}, 2, 1)`;
    const sources = { relation, place: () => "", exists: () => true };
    const [service] = ir.services;
    if (!service) throw new Error("no service");
    const labels = [{ k: "a", asked: "2001-01-02" }];
    const frame = await trainingFrame({ db, repo: ir, computations, sources }, service, { labels, timestamp: "asked" });
    expect((await frame.rows())[0]?.["v__y"]).toBe(1n);
    await frame.close();
  });
});
