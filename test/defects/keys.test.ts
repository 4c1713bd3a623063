import { compileRepo, count, entity, featureService, featureView, parquet, t } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lmdbFolder } from "../support/lmdb-folder.js";
import { serve } from "../support/serve.js";
import { frameOf, tablesOf } from "../support/tables.js";

// Reported of other stores: composite keys joined as text, so that ("a|b", "c") reads the values of ("a", "b|c");
// quotes that break a query; keys trimmed, folded or cut at a NUL; '1' taken for 1.

const pairs = parquet("pairs", {
  path: "pairs.parquet",
  columns: { at: t.timestamp(), a: t.string(), b: t.string(), x: t.int64() },
  eventTime: "at",
});
const pair = featureView("pair", {
  entity: entity("pair", { a: t.string(), b: t.string() }),
  source: pairs,
  features: (f) => ({ x: f.x, n: count().over("1h"), ever: count().over("lifetime") }),
});
const service = featureService("s", [pair]);

/** Keys that some way of joining, trimming, folding, escaping or normalising takes for another one of them. */
const KEYS: readonly (readonly [string, string])[] = [
  ["a", "b"],
  ["a|b", "c"],
  ["a", "b|c"],
  ["a_b", "c"],
  ["a", "b_c"],
  ["ab", "c"],
  ["a", "bc"],
  ["a,b", "c"],
  ["a", "b,c"],
  ["a:b", "c"],
  ["a", "b:c"],
  ["a\0b", "c"],
  ["a", "b\0c"],
  ["a\0", "b"],
  ["a\u001fb", "c"],
  ["a", "b\u001fc"],
  ["", ""],
  ["", "a"],
  ["a", ""],
  [" ", ""],
  ["a ", "b"],
  [" a", "b"],
  ["A", "b"],
  ["a'", "b"],
  ["a''", "b"],
  ['a"', "b"],
  ["a\\", "b"],
  ["a\\'", "b"],
  ["a; DROP TABLE x", "--"],
  ["null", "NULL"],
  ["undefined", "\n"],
  ["\r\n", "\t"],
  ["1", "01"],
  ["1.0", "1"],
  ["\u00e9", "b"],
  ["e\u0301", "b"],
  ["\u{1F600}", "\uffff"],
  ["\ufeffa", "b"],
  ["%61", "b"],
  ["{a}", "[b]"],
  ["$1", "?"],
  ["\u0024{a}", "`b`"],
];
const AT = 3_600_000_000n;
const rows = { pairs: KEYS.map(([a, b], i) => ({ at: AT, a, b, x: BigInt(i) })) };
const expected = KEYS.map((_, i) => ({ pair__x: BigInt(i), pair__n: 1n, pair__ever: 1n }));
const unseen = { pair__x: null, pair__n: 0n, pair__ever: 0n };

describe("keys", () => {
  let db: Database;
  let store: OnlineStore;
  let end: () => Promise<void>;
  beforeAll(async () => {
    db = await Database.open({ threads: 2 });
    ({ store, end } = await lmdbFolder());
  });
  afterAll(async () => {
    db.close();
    await end();
  });

  it("differ as their values do, offline", async () => {
    const labels = KEYS.map(([a, b]) => ({ a, b, t: AT + 1n }));
    const frame = await frameOf(db, service, rows, { labels, timestamp: "t" });
    expect(await frame.rows()).toEqual(expected.map((values, i) => ({ ...labels[i], ...values })));
  });

  it("differ as their values do, online", async () => {
    const sources = await tablesOf(db, compileRepo("p", [service]).ir, rows);
    const { reader } = await serve(db, store, service, sources, AT + 1n);
    const asked = [...KEYS.map(([a, b]) => ({ a, b })), { a: "a|b", b: "" }, { a: null, b: "b" }];
    const { columns, errors } = await reader.read("s", asked);
    expect(errors).toEqual([]);
    const found = asked.map((_, i) => Object.fromEntries(columns.map((c) => [c.name, c.values[i]])));
    expect(found).toEqual([...expected, unseen, unseen]);
  });

  it("with a null part are of nobody, though rows with a null part exist", async () => {
    const nulls = { pairs: [...rows.pairs, { at: AT, a: null, b: "b", x: 99n }, { at: AT, a: null, b: null, x: 98n }] };
    const labels = [
      { a: null, b: "b", t: AT + 1n },
      { a: null, b: null, t: AT + 1n },
      { a: "a", b: "b", t: AT + 1n },
      { a: "a", b: null, t: AT + 1n },
    ];
    const frame = await frameOf(db, service, nulls, { labels, timestamp: "t" });
    expect(await frame.rows()).toEqual([unseen, unseen, expected[0], unseen].map((v, i) => ({ ...labels[i], ...v })));
  });

  it("of another type are refused, not converted: '1' is not 1", async () => {
    const numbered = parquet("numbered", {
      path: "",
      columns: { at: t.timestamp(), id: t.int64(), x: t.int64() },
      eventTime: "at",
    });
    const byId = featureService("by_id", [
      featureView("n", { entity: entity("id", { id: t.int64() }), source: numbered, features: (f) => ({ x: f.x }) }),
    ]);
    const sql = "SELECT '1' AS id, make_timestamp(1) AS t";
    await expect(frameOf(db, byId, {}, { labels: { sql }, timestamp: "t" })).rejects.toThrow("LABELS_COLUMN_TYPE");
  });

  it("of 64 bits are told apart beyond 2^53", async () => {
    const numbered = parquet("numbered", {
      path: "",
      columns: { at: t.timestamp(), id: t.int64(), x: t.int64() },
      eventTime: "at",
    });
    const byId = featureService("by_id", [
      featureView("n", { entity: entity("id", { id: t.int64() }), source: numbered, features: (f) => ({ x: f.x }) }),
    ]);
    const ids = [2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n - 2n];
    const numbers = { numbered: ids.map((id, i) => ({ at: AT, id, x: BigInt(i) })) };
    const frame = await frameOf(db, byId, numbers, { labels: ids.map((id) => ({ id, t: AT })), timestamp: "t" });
    expect((await frame.rows()).map((r) => r["n__x"])).toEqual(ids.map((_, i) => BigInt(i)));
    const sources = await tablesOf(db, compileRepo("p", [byId]).ir, numbers);
    const { reader } = await serve(db, store, byId, sources, AT);
    const answer = await reader.read(
      "by_id",
      ids.map((id) => ({ id })),
    );
    expect(answer.columns[0]?.values).toEqual(ids.map((_, i) => BigInt(i)));
  });
});
