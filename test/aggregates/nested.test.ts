import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  compileRepo,
  countDistinct,
  type FeatureSet,
  featureService,
  featureView,
  firstN,
  lastN,
  parquet,
  quantile,
  type RowOf,
  sum,
  t,
  varPop,
} from "@lockstep/core";
import { materialize } from "@lockstep/ingest";
import { Database, trainingFrame } from "@lockstep/offline";
import { createReader, openOnlineStore } from "@lockstep/online";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tableSources } from "../property/table-source.js";
import { memoryRegistry } from "../support/memory-registry.js";

const columns = {
  at: t.timestamp(),
  x: t.float64(),
  small: t.float32(),
  list: t.list(t.float64()),
  pair: t.struct({ a: t.float64(), b: t.string() }),
  vector: t.vector(2),
  bytes: t.bytes(),
  wide: t.decimal(38, 1),
  long: t.int64(),
};
const source = parquet("events", { path: "", columns, eventTime: "at" });

/** What the embedded store answers after a run over the events. */
async function online(
  db: Database,
  features: (f: RowOf<typeof columns>) => FeatureSet,
  T: bigint,
): Promise<Record<string, unknown>> {
  const service = featureService("s", [featureView("v", { source: source as never, features: features as never })]);
  const { ir: repo, computations } = compileRepo("p", [service]);
  const path = await mkdtemp(join(tmpdir(), "lockstep-nested-"));
  const store = await openOnlineStore({ kind: "lmdb", path }, "p");
  try {
    const version = { version: 1, repo, bundle: "", generations: { v: 1 }, appliedAt: "", appliedBy: "" };
    const registry = memoryRegistry();
    await materialize({ db, version, sources: tableSources("events"), store, registry, now: T });
    const serving = { repo, computations, generations: new Map([["v", 1]]) };
    const reader = createReader({ store, serving: () => serving, now: () => T });
    const { columns: answered, errors } = await reader.read("s", [{}], { at: T });
    expect(errors).toEqual([]);
    return Object.fromEntries(answered.map((c) => [c.name, c.values[0]]));
  } finally {
    await store.close();
    await rm(path, { recursive: true });
  }
}

/** What the engine's aggregates do to zeros, NaN and sums, inside values and out. */
describe("aggregates in the engine", () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.open({ threads: 2 });
    await db.run(`CREATE TABLE events AS SELECT make_timestamp(i * 1000000) AS at, x, x::FLOAT AS small, [x, 1] AS list,
      {'a': x, 'b': 'b'} AS pair, [x, 1]::FLOAT[2] AS vector, b::BLOB AS bytes, w::DECIMAL(38,1) AS wide, l AS long
      FROM (VALUES (1, '-0.0'::DOUBLE, 'a', '9000000000000000000000000000000000000.0', 9223372036854775807),
        (2, '0.0'::DOUBLE, 'b', '1000000000000000000000000000000000000.5', 1),
        (3, 'nan'::DOUBLE, 'a', '0.0', NULL), (4, 'nan'::DOUBLE, NULL, NULL, NULL)) v(i, x, b, w, l)`);
  });
  afterAll(() => db.close());

  async function frame(features: (f: RowOf<typeof columns>) => FeatureSet, dense: boolean, at = 100_000_000n) {
    const service = featureService("s", [featureView("v", { source: source as never, features: features as never })]);
    const { ir, computations } = compileRepo("p", [service]);
    const hints = () => ({ dense, settle: 0, most: dense, few: dense });
    const made = await trainingFrame(
      { db, repo: ir, computations, sources: tableSources("events"), hints },
      ir.services[0] as never,
      { labels: [{ asked: at }], timestamp: "asked" },
    );
    const [row = {}] = await made.rows();
    const { numRows } = await made.arrow();
    expect(numRows).toBe(1);
    await made.close();
    return row;
  }

  it.each([false, true])("keep the bits of listed values (dense: %s)", async (dense) => {
    const row = await frame(
      (f) => ({
        x: firstN(f.x, 2).over("1h"),
        small: lastN(f.small, 9).over("1h"),
        list: firstN(f.list, 2).over("lifetime"),
        pair: firstN(f.pair, 2).over("1h", { shape: "hopping", hop: "1m" }),
        vector: lastN(f.vector, 3).over("1h"),
        bytes: lastN(f.bytes, 2).over("1h", { shape: "sliding" }),
        none: lastN(f.pair, 2).over("30s", { shape: "sliding" }),
      }),
      dense,
    );
    expect(row["v__x"]).toEqual([-0, 0]);
    expect(row["v__small"]).toEqual([Number.NaN, Number.NaN, 0, -0]);
    expect(row["v__list"]).toEqual([
      [-0, 1],
      [0, 1],
    ]);
    expect(row["v__pair"]).toEqual([
      { a: -0, b: "b" },
      { a: 0, b: "b" },
    ]);
    expect(row["v__vector"]).toEqual([
      [Number.NaN, 1],
      [Number.NaN, 1],
      [0, 1],
    ]);
    expect(row["v__bytes"]).toEqual([null, Uint8Array.of(97)]);
    expect(row["v__none"]).toEqual([]);
  });

  it.each([false, true])("tell values apart by section 2's equality (dense: %s)", async (dense) => {
    const row = await frame(
      (f) => ({
        x: countDistinct(f.x).over("1h"),
        small: countDistinct(f.small).over("lifetime"),
        list: countDistinct(f.list).over("1h"),
        pair: countDistinct(f.pair).over("1h"),
        vector: countDistinct(f.vector).over("1h"),
        bytes: countDistinct(f.bytes).over("1h"),
        none: countDistinct(f.bytes).over("1s", { shape: "sliding" }),
        least: quantile(f.x, 0).over("1h"),
        second: quantile(f.small, 0.5).over("1h"),
        most: quantile(f.bytes, 1).over("1h"),
      }),
      dense,
    );
    expect(row).toMatchObject({ v__x: 2n, v__small: 2n, v__list: 2n, v__pair: 2n, v__vector: 2n, v__bytes: 2n });
    expect(row).toMatchObject({ v__none: 0n, v__least: -0, v__second: 0, v__most: Uint8Array.of(98) });
  });

  it("are kept online as they are", async () => {
    const features = (f: RowOf<typeof columns>) => ({
      list: firstN(f.list, 2).over("lifetime"),
      pair: lastN(f.pair, 3).over("1h", { shape: "hopping", hop: "1m" }),
      vector: lastN(f.vector, 3, { ignoreNulls: true }).over("1h"),
      small: firstN(f.small, 3).over("1h"),
      lists: countDistinct(f.list).over("lifetime"),
      pairs: countDistinct(f.pair).over("1h"),
      vectors: countDistinct(f.vector).over("1h"),
      bytes: countDistinct(f.bytes).over("1h"),
      most: quantile(f.bytes, 1).over("1h"),
      long: quantile(f.long, 0.5).over("1h"),
      wide: quantile(f.wide, 0.5).over("lifetime"),
      at: quantile(f.at, 0.5).over("lifetime"),
    });
    const T = 100_000_000n;
    const { asked, ...offline } = await frame(features, false, T);
    expect(asked).toBe(T);
    expect(await online(db, features, T)).toEqual(offline);
  });

  it("are refused where a key has too many distinct values", async () => {
    await db.run(
      'CREATE TABLE kept AS FROM events; INSERT INTO events BY NAME SELECT make_timestamp(i) AS "at", i::DOUBLE AS x FROM range(10000) r(i)',
    );
    for (const features of [
      (f: RowOf<typeof columns>) => ({ n: countDistinct(f.x).over("lifetime") }),
      (f: RowOf<typeof columns>) => ({ n: quantile(f.x, 0.5).over("1h") }),
    ]) {
      await expect(online(db, features, 100_000_000n)).rejects.toThrow(/MAX_ENTRIES.*1000\d distinct values/);
    }
    await db.run("DROP TABLE events; ALTER TABLE kept RENAME TO events");
  });

  it("name what overflows", async () => {
    await expect(frame((f) => ({ total: sum(f.long).over("1h") }), false)).rejects.toThrow(
      "AGGREGATE_OVERFLOW: v.total for key",
    );
    // 38 digits and one more, which 128 bits still hold.
    await expect(frame((f) => ({ total: sum(f.wide).over("1h") }), false)).rejects.toThrow(
      "AGGREGATE_OVERFLOW: v.total for key",
    );
  });

  it("say so where an engine's sum leaves 128 bits", async () => {
    const wide = (f: RowOf<typeof columns>) => ({ total: sum(f.wide).over("lifetime") });
    await db.run(
      "CREATE TABLE kept AS FROM events; UPDATE events SET wide = '9999999999999999999999999999999999999.9'",
    );
    await expect(frame(wide, false)).rejects.toThrow("AGGREGATE_OVERFLOW");
    await db.run("DROP TABLE events; ALTER TABLE kept RENAME TO events");
  });

  it("take values whose squares do not fit", async () => {
    await db.run("UPDATE events SET x = CASE WHEN x = 0 THEN 1e200 ELSE 2 END");
    expect(await frame((f) => ({ spread: varPop(f.x).over("1h") }), false)).toMatchObject({ v__spread: Infinity });
  });
});
