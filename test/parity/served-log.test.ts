import { join } from "node:path";
import { count, entity, featureService, featureView, mean, parquet, sum, t } from "@lockstep/core";
import { forget } from "@lockstep/ingest";
import { Database, trainingFrame } from "@lockstep/offline";
import type { TracedAnswer } from "@lockstep/online";
import type { Cause, ParityLogReport } from "@lockstep/parity";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type OpenedStore, openStoreOf, STORES } from "../support/online-stores.js";
import { outcome } from "./outcome.js";
import { type ServedWorld, servedWorld } from "./served.js";

// Each deliberate fault of what was served is found in the log, and given its cause.

const HOUR = 3_600_000_000n;
const T = 480_000n * HOUR;
const KEYS = ["key 0", "key 1", "key 2", "key 3", "key 4", "nobody"];

const events = parquet("events", {
  path: "events*.parquet",
  columns: { at: t.timestamp(), known: t.timestamp(), k: t.string(), x: t.float64(), n: t.int64() },
  eventTime: "at",
  knownAt: "known",
  lookback: "1h",
});
const thing = entity("thing", { k: t.string() });
const declared = (over: "1d" | "2d") =>
  featureService("s", [
    featureView("v", {
      entity: thing,
      source: events,
      features: (f) => ({
        latest: f.x,
        n_1d: count().over(over),
        total: sum(f.n).over(over),
        mean_ever: mean(f.x).over("lifetime"),
      }),
    }),
  ]);

/** 40 events of each of 5 keys over two days up to T, each known within 40 minutes. */
const ROWS = `SELECT make_timestamp((${T - HOUR} - (i // 5) * ${HOUR} - i)::BIGINT) AS at,
  make_timestamp((${T - HOUR} - (i // 5) * ${HOUR} + (i % 3) * 1200000000)::BIGINT) AS known,
  'key ' || (i % 5) AS k, (i + 1) / 7.0::DOUBLE AS x, i + 1 AS n FROM range(200) r(i)`;
const row = (k: string, at: bigint, known: bigint, n: number) =>
  `SELECT make_timestamp(${at}::BIGINT) AS at, make_timestamp(${known}::BIGINT) AS known, '${k}' AS k, ${n}.5::DOUBLE AS x, ${n} AS n`;

describe.each(STORES)("what was served from %s", (kind) => {
  let db: Database;
  let online: OpenedStore;
  let world: ServedWorld;
  beforeAll(async () => {
    db = await Database.open({ threads: 1 });
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    online = await openStoreOf[kind]();
    world = await servedWorld(db, online.store);
    await world.write("events.parquet", ROWS);
    await world.apply([declared("1d")]);
    await world.materialize(T);
  });
  afterEach(async () => {
    await world.end();
    await online.end();
  });

  const causes = (report: ParityLogReport) => Object.keys(report.causes) as Cause[];
  const keysOf = (report: ParityLogReport) => new Set(report.differences.map((d) => d.key["k"]));

  it("differs in nothing where nothing is wrong", async () => {
    await world.serve(KEYS, { at: T });
    await world.serve(KEYS, { at: T + 3n * HOUR });
    await world.serve(["key 1"], { at: T + 1n });
    const report = await world.check(T);
    expect(report.differences).toEqual([]);
    expect(report).toMatchObject({ compared: 13 * 4, differ: 0, verdict: "agrees" });
    expect(report.log).toMatchObject({ files: 3, answers: 3, dropped: 0, damaged: 0, unknown: 0 });
    expect(report.telling).toBeGreaterThan(report.compared / 2);
  });

  it("nothing to compare", async () => {
    await world.serve([], { at: T });
    expect(await world.check(T)).toMatchObject({ compared: 0, verdict: "nothing" });
  });

  it("a run that was skipped: stale, and by how much", async () => {
    await world.write("events-2.parquet", row("key 2", T + HOUR, T + HOUR, 1000));
    await world.serve(KEYS, { at: T + 2n * HOUR });
    const report = await world.check(T + 2n * HOUR);
    expect(outcome(report)).toEqual({ causes: ["stale"], exit: 1 });
    expect(keysOf(report)).toEqual(new Set(["key 2"]));
    expect(report.differences[0]?.evidence).toMatch(/7200 s before the request/);
    expect((await world.check(T, { allow: 1 })).verdict).toBe("agrees");
  });

  it("rows that came later than the lookback", async () => {
    await world.serve(KEYS, { at: T });
    await world.write("events-2.parquet", row("key 2", T - 5n * HOUR, T - 4n * HOUR, 7));
    await world.materialize(T + HOUR, { full: false });
    await world.serve(["key 2", "key 3"], { at: T + HOUR });
    const report = await world.check(T + HOUR);
    expect(outcome(report)).toEqual({ causes: ["late"], exit: 1 });
    expect(keysOf(report)).toEqual(new Set(["key 2"]));
    expect(report.differences[0]?.evidence).toMatch(/1 of the key's 41 rows known by T/);
  });

  it("a source file that was rewritten", async () => {
    await world.serve(KEYS, { at: T });
    await world.write(
      "events.parquet",
      `SELECT * REPLACE (CASE WHEN k = 'key 1' THEN n + 1000 ELSE n END AS n) FROM (${ROWS})`,
    );
    const report = await world.check(T);
    expect(outcome(report)).toEqual({ causes: ["rewritten"], exit: 1 });
    expect(keysOf(report)).toEqual(new Set(["key 1"]));
    expect(report.differences[0]?.evidence).toMatch(/1 of the source's files changed/);
  });

  it("a definition that should not have answered any more", async () => {
    const first = (await world.registry.state()).head;
    await world.apply([declared("2d")]);
    await world.materialize(T);
    await world.serve(KEYS, { at: T, version: first as NonNullable<typeof first> });
    await world.serve(KEYS, { at: T });
    const report = await world.check(T);
    expect(outcome(report)).toEqual({ causes: ["redefined"], exit: 1 });
    expect(new Set(report.differences.map((d) => d.feature))).toEqual(new Set(["n_1d", "total"]));
    expect(report.differences[0]?.evidence).toMatch(/version 1 answered/);
  });

  it("a clock that was wrong", async () => {
    const wall = T + 20n * HOUR;
    await world.serve(KEYS, { now: T + 2n * HOUR, wall });
    await world.serve(KEYS, { now: wall, wall });
    const report = await world.check(wall);
    expect(outcome(report)).toEqual({ causes: ["clock"], exit: 1 });
    expect(report.differences[0]?.evidence).toMatch(/64800 s later/);
    expect(new Set(report.differences.map((d) => d.feature))).toEqual(new Set(["n_1d", "total"]));
  });

  it("a key that was forgotten", async () => {
    const { repo } = await world.context(T).then((c) => c.version);
    const context = { project: "p", store: online.store, registry: world.registry };
    await forget(context, repo.entities[0] as never, ["key 4"], "me");
    await world.serve(KEYS, { at: T });
    const report = await world.check(T);
    expect(outcome(report)).toEqual({ causes: ["forgotten"], exit: 1 });
    expect(keysOf(report)).toEqual(new Set(["key 4"]));
  });

  const changed =
    (column: string, change: (value: unknown) => unknown) =>
    (answer: TracedAnswer): TracedAnswer => ({
      ...answer,
      columns: answer.columns.map((c) =>
        c.name === column ? { ...c, values: c.values.map((v) => (v === null ? v : (change(v) as never))) } : c,
      ),
    });

  it("a float that was truncated", async () => {
    await world.serve(KEYS, { at: T, change: changed("v__latest", (v) => Math.fround(v as number)) });
    const report = await world.check(T);
    expect(outcome(report)).toEqual({ causes: ["lossy type"], exit: 1 });
    expect(new Set(report.differences.map((d) => d.feature))).toEqual(new Set(["latest"]));
  });

  it("a value that nothing explains, with what it takes to look at it", async () => {
    await world.serve(KEYS, { at: T, change: changed("v__n_1d", (v) => (v as bigint) + 3n) });
    const report = await world.check(T);
    expect(outcome(report)).toEqual({ causes: ["wrong state"], exit: 2 });
    expect(report.reproduction[0]).toMatchObject({ column: "v__n_1d", cause: "wrong state", views: [{ view: "v" }] });
    expect(report.differences[0]?.evidence).toMatch(/the key's 40 rows are those that run \d+ knew of/);
  });

  it("bytes that failed their checksum", async () => {
    const version = (await world.context(T)).version;
    await world.serve(["key 1"], {
      at: T,
      change: (answer) => ({
        ...answer,
        columns: answer.columns.map((c) => ({ ...c, values: [null], statuses: ["NULL"] })),
        errors: answer.columns.map((c) => ({ row: 0, column: c.name, code: "STATE_CORRUPT", message: "" })),
      }),
    });
    const report = await world.check(T);
    expect(version.version).toBe(1);
    expect(outcome(report)).toEqual({ causes: ["corrupt"], exit: 2 });
  });

  it("is unknown where runs noted nothing and the rows are others", async () => {
    await world.materialize(T + 1n, { noted: false });
    await world.serve(KEYS, { at: T + 1n });
    await world.write("events-2.parquet", row("key 2", T - 5n * HOUR, T - 4n * HOUR, 7));
    const report = await world.check(T + 1n);
    expect(outcome(report)).toEqual({ causes: ["unknown"], exit: 2 });
    expect(report.reproduction.length).toBeGreaterThan(0);
  });

  /** A training frame of these keys, and instants. */
  const frameAt = async (name: string, labels: readonly { k: string; when: bigint }[]) => {
    const context = await world.context(T);
    const [service] = context.version.repo.services;
    const options = { labels, timestamp: "when" };
    const frame = await trainingFrame({ ...context, repo: context.version.repo }, service as never, options);
    await frame.writeParquet(join(world.folder, name), { replace: true });
    await frame.close();
    return { path: join(world.folder, name), timestamp: "when" };
  };

  it("the skew of each feature between a training frame and what was served, split into its causes", async () => {
    const at = T + 2n * HOUR;
    const { version } = await world.context(T);
    const context = { project: "p", store: online.store, registry: world.registry };
    await forget(context, version.repo.entities[0] as never, ["key 4"], "me");
    await world.serve(KEYS, { at });
    await world.serve(["key 0"], { at: at + 1n, change: changed("v__latest", (v) => Math.fround(v as number)) });
    await world.write(
      "events.parquet",
      `SELECT * REPLACE (CASE WHEN k = 'key 1' THEN n + 1000 ELSE n END AS n) FROM (${ROWS})`,
    );
    await world.write(
      "events-2.parquet",
      `${row("key 2", T + HOUR, T + HOUR, 1000)} UNION ALL ${row("key 3", T - 5n * HOUR, T - 4n * HOUR, 7)}`,
    );
    const frame = await frameAt("frame.pq", [...KEYS.map((k) => ({ k, when: at })), { k: "key 0", when: at + 1n }]);
    const report = await world.check(at, { frame });
    expect(report).toMatchObject({ compared: 28, differ: 13, verdict: "explained", log: { unmatched: 0 } });
    const skew = Object.fromEntries(report.features.map((f) => [f.feature, f.causes]));
    expect(skew).toEqual({
      latest: { stale: 1, forgotten: 1, "lossy type": 1 },
      n_1d: { stale: 1, late: 1, forgotten: 1 },
      total: { rewritten: 1, stale: 1, late: 1, forgotten: 1 },
      mean_ever: { stale: 1, late: 1, forgotten: 1 },
    });
    const causeOf = new Map(report.differences.map((d) => [d.key["k"], d.cause]));
    expect(Object.fromEntries(causeOf)).toEqual({
      "key 0": "lossy type",
      "key 1": "rewritten",
      "key 2": "stale",
      "key 3": "late",
      "key 4": "forgotten",
    });
  });

  it("a training frame beside it, and its causes", async () => {
    const at = T + 2n * HOUR;
    const frameOf = (name: string) =>
      frameAt(
        name,
        KEYS.map((k) => ({ k, when: at })),
      );
    await world.serve(KEYS, { at });
    await world.serve(KEYS, { at: at + 1n });
    const before = await frameOf("frame.pq");
    const clean = await world.check(at, { frame: before });
    expect(clean).toMatchObject({ compared: 24, differ: 0, verdict: "agrees", log: { unmatched: 6 } });
    // Rows that the store did not have yet, which the frame is made from.
    await world.write("events-2.parquet", row("key 2", T + HOUR, T + HOUR, 1000));
    const stale = await world.check(at, { frame: await frameOf("frame-2.pq") });
    expect(outcome(stale)).toEqual({ causes: ["stale"], exit: 1 });
    expect(keysOf(stale)).toEqual(new Set(["key 2"]));
    await world.write("events-2.parquet", `${row("key 2", T + HOUR, T + HOUR, 1000)} WHERE false`);
    // A frame of the definition before.
    await world.apply([declared("2d")]);
    await world.materialize(T);
    await world.serve(KEYS, { at });
    const redefined = await world.check(at, { frame: before });
    expect(causes(redefined)).toContain("redefined");
    await expect(world.check(at, { frame: { ...before, timestamp: "what" } })).rejects.toMatchObject({
      code: "FRAME_COLUMN",
    });
  });
});
