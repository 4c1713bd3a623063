import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type Fetch } from "@lockstep/client";
import { compileRepo, entity, featureService, featureView, max, parquet, sum, t } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import { createHandler } from "@lockstep/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lmdbFolder } from "../support/lmdb-folder.js";
import { serve } from "../support/serve.js";
import { frameOf, tablesOf } from "../support/tables.js";

// Reported of other stores: a nullable integer column comes back as float64, and what lies beyond 2^53 is rounded; sums
// wrap; decimals and microseconds lose their last digits.

const values = parquet("values", {
  path: "values.parquet",
  columns: { at: t.timestamp(), k: t.string(), n: t.int64(), d: t.decimal(38, 3), f: t.float64() },
  eventTime: "at",
});
const view = featureView("v", {
  entity: entity("thing", { k: t.string() }),
  source: values,
  features: (f) => ({ n: f.n, d: f.d, f: f.f, at: f.at, total: sum(f.n).over("lifetime"), most: max(f.n).over("1d") }),
});
const service = featureService("s", [view]);

const MAX = 2n ** 63n - 1n;
const AT = 983448000000001n;
const NUMBERS: readonly (bigint | null)[] = [2n ** 53n + 1n, null, MAX, -MAX - 1n, 0n, -(2n ** 53n) - 1n];
const DECIMALS = ["0.001", null, `${"9".repeat(35)}.999`, `-${"9".repeat(35)}.999`, "9007199254740993.001", "0.000"];
const FLOATS = [0.1, null, Number.NaN, -0, Infinity, 5e-324];
const rows = {
  values: NUMBERS.map((n, i) => ({ at: AT, k: `k${i}`, n, d: DECIMALS[i], f: FLOATS[i] })),
};
const expected = NUMBERS.map((n, i) => ({
  v__n: n,
  v__d: DECIMALS[i] ?? null,
  v__f: FLOATS[i] ?? null,
  v__at: AT,
  v__total: n,
  v__most: n,
}));

describe("values arrive as they left", () => {
  let db: Database;
  let store: OnlineStore;
  let end: () => Promise<void>;
  let folder: string;
  beforeAll(async () => {
    db = await Database.open({ threads: 2 });
    ({ store, end } = await lmdbFolder());
    folder = await mkdtemp(join(tmpdir(), "lockstep-exact-"));
  });
  afterAll(async () => {
    db.close();
    await end();
    await rm(folder, { recursive: true });
  });

  it("from a frame to Arrow, to Parquet, and back", async () => {
    const labels = NUMBERS.map((_, i) => ({ k: `k${i}`, t: AT + 1n }));
    const frame = await frameOf(db, service, rows, { labels, timestamp: "t" });
    expect(await frame.rows()).toEqual(expected.map((e, i) => ({ ...labels[i], ...e })));

    const arrow = await frame.arrow();
    expect(String(arrow.schema.fields.find((f) => f.name === "v__n")?.type)).toBe("Int64");
    for (const name of ["v__n", "v__total", "v__most"]) {
      const column = arrow.getChild(name);
      expect(column?.nullCount).toBe(1);
      expect(NUMBERS.map((_, i) => column?.get(i))).toEqual([...NUMBERS]);
    }

    const path = join(folder, "train.parquet");
    await frame.writeParquet(path);
    const [types] = await db.rows(
      `SELECT typeof(v__n) AS n, typeof(v__d) AS d, typeof(v__total) AS total, typeof(v__at) AS at FROM read_parquet('${path}')`,
    );
    expect(types).toEqual({ n: "BIGINT", d: "DECIMAL(38,3)", total: "BIGINT", at: "TIMESTAMP" });
    const back = await db.rows(
      `SELECT v__n, v__d::VARCHAR AS v__d, v__f, epoch_us(v__at) AS v__at, v__total, v__most FROM read_parquet('${path}')`,
    );
    expect(back).toEqual(expected);
    await frame.close();
  });

  it("from the online store through GraphQL to the client", async () => {
    const sources = await tablesOf(db, compileRepo("p", [service]).ir, rows);
    const { repo, reader } = await serve(db, store, service, sources, AT + 1n);
    const health = async () => ({ registry: { ok: true }, store: { ok: true, kind: "lmdb" }, views: [] }) as never;
    const handler = createHandler({ reader, repo, health, log: () => {} });
    const fetch: Fetch = (url, init) => handler.fetch(url, init);
    const client = createClient<typeof service>({ url: "http://test", service: "s", fetch });
    const answer = await client.features(NUMBERS.map((_, i) => ({ k: `k${i}` })));
    expect(answer).toEqual(expected);
  });

  it("and a sum that does not fit is an error that names its place, never a wrapped number", async () => {
    const two = (a: bigint, b: bigint) => ({
      values: [a, b].map((n) => ({ at: AT, k: "big", n, d: "0.000", f: 0 })),
    });
    const labels = [{ k: "big", t: AT + 1n }];
    const total = async (a: bigint, b: bigint) =>
      (await (await frameOf(db, service, two(a, b), { labels, timestamp: "t" })).rows())[0]?.["v__total"];
    expect(await total(MAX - 1n, 1n)).toBe(MAX);
    expect(await total(-MAX, -1n)).toBe(-MAX - 1n);
    await expect(total(MAX, 1n)).rejects.toThrow(/AGGREGATE_OVERFLOW.*v\.total for key big/s);
    await expect(total(-MAX, -2n)).rejects.toThrow(/AGGREGATE_OVERFLOW.*v\.total for key big/s);
  });
});
