import { count, entity, featureService, featureView, mean, parquet, sum, t } from "@lockstep/core";
import { forget } from "@lockstep/ingest";
import { Database } from "@lockstep/offline";
import { parity, why } from "@lockstep/parity";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lmdbFolder } from "../support/lmdb-folder.js";
import { type OpenedStore, openStoreOf, STORES } from "../support/online-stores.js";
import { redisCli } from "../support/redis-cli.js";
import { outcome } from "./outcome.js";
import { type World, worldOf } from "./world.js";

// Each deliberate fault is found, and given its cause.

const HOUR = 3_600_000_000n;
const T = 1_000_000n * HOUR;

const events = parquet("events", {
  path: "events.parquet",
  columns: { at: t.timestamp(), known: t.timestamp(), k: t.string(), x: t.float64(), n: t.int64() },
  eventTime: "at",
  knownAt: "known",
});
const thing = entity("thing", { k: t.string() });
const declared = (over: "1d" | "2d") => {
  const view = featureView("v", {
    entity: thing,
    source: events,
    features: (f) => ({
      latest: f.x,
      latest_n: f.n,
      latest_at: f.at,
      n_1d: count().over(over),
      total: sum(f.n).over(over),
      mean_ever: mean(f.x).over("lifetime"),
    }),
  });
  return featureService("s", [view.pick("latest", "n_1d")]);
};
const TOTAL = 5;

describe.each(STORES)("faults in %s", (kind) => {
  let db: Database;
  let opened: OpenedStore & { readonly port?: number };
  let other: OpenedStore;
  let world: World;
  beforeAll(async () => {
    db = await Database.open({ threads: 1 });
    opened = await openStoreOf[kind]();
    other = await lmdbFolder();
  });
  afterAll(async () => {
    db.close();
    await opened.end();
    await other.end();
  });
  afterEach(() => world.end());
  beforeEach(async () => {
    // No double holds the whole numbers of key 1.
    // Keys `key 0` to `key 4`, 40 events each over two days, all known an hour later at the most.
    await db.run(`CREATE OR REPLACE TEMP TABLE events AS
      SELECT make_timestamp((${T - HOUR} - (i // ${TOTAL}) * ${HOUR} - i)::BIGINT) AS at,
        make_timestamp((${T - HOUR} - (i // ${TOTAL}) * ${HOUR} + (i % 3) * 1200000000)::BIGINT) AS known,
        'key ' || (i % ${TOTAL}) AS k, (i + 1) / 7.0::DOUBLE AS x,
        i + 1 + CASE WHEN i % 5 = 1 THEN 9007199254740992 + i ELSE 0 END AS n FROM range(200) r(i)`);
    world = await worldOf(db, opened.store, [declared("1d")], "events");
    await world.materialize(T);
  });

  const check = async (options = {}) => parity(await world.context(T), { values: 2_000, ...options });
  /** The bytes that a run over another table, or at another T, would have written. */
  const bytesOf = async (key: string, watermark = T) => {
    await world.materializeInto(other.store, watermark);
    return world.bytes("v", [key], other.store);
  };

  it("finds none in a store as it was written", async () => {
    const report = await check();
    expect(report.differences).toEqual([]);
    expect(report).toMatchObject({ differ: 0, verdict: "agrees" });
    expect(report.telling).toBeGreaterThan(report.compared / 2);
    expect(report.features.map((f) => f.service)).toContain("s");
  });

  it("a byte flipped", async () => {
    const bytes = Uint8Array.from((await world.bytes("v", ["key 1"])) as Uint8Array);
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] as number) ^ 4;
    await world.put("v", ["key 1"], bytes);
    const report = await check();
    expect(outcome(report)).toEqual({ causes: ["corrupt"], exit: 2 });
    expect(report.differences[0]).toMatchObject({ key: { k: "key 1" }, online: { error: "STATE_CORRUPT" } });
    // The run went on, and compared the other keys.
    expect(report.equal).toBeGreaterThan(report.compared / 2);
  });

  it("bytes that are cut off", async () => {
    const bytes = (await world.bytes("v", ["key 1"])) as Uint8Array;
    await world.put("v", ["key 1"], bytes.subarray(0, bytes.length - 7));
    const report = await check();
    expect(outcome(report)).toEqual({ causes: ["corrupt"], exit: 2 });
    expect(new Set(report.differences.map((d) => d.key["k"]))).toEqual(new Set(["key 1"]));
  });

  it("a tile that is off by one", async () => {
    await db.run(`INSERT INTO events SELECT * FROM events WHERE k = 'key 2' AND n = 53`);
    const bytes = await bytesOf("key 2");
    await db.run("CREATE OR REPLACE TEMP TABLE events AS SELECT DISTINCT * FROM events");
    await world.put("v", ["key 2"], bytes);
    const report = await check();
    expect(outcome(report)).toEqual({ causes: ["wrong state"], exit: 2 });
    expect(report.features.find((f) => f.feature === "n_1d")).toMatchObject({ largest: 1 });
    expect(report.reproduction[0]).toMatchObject({ cause: "wrong state", views: [{ rowsInAll: 40 }] });
  });

  it("a state that is gone", async () => {
    await world.put("v", ["key 3"], null);
    const report = await check();
    expect(outcome(report)).toEqual({ causes: ["wrong state"], exit: 2 });
    expect(report.differences[0]?.evidence).toMatch(/no state is stored/);
  });

  it("a state of another key", async () => {
    await world.put("v", ["key 3"], await world.bytes("v", ["key 4"]));
    expect(outcome(await check())).toEqual({ causes: ["wrong state"], exit: 2 });
  });

  it("a run that passed a key over", async () => {
    const bytes = await bytesOf("key 0", T - 10n * HOUR);
    await world.put("v", ["key 0"], bytes);
    const report = await check();
    expect(outcome(report)).toEqual({ causes: ["wrong state"], exit: 2 });
    expect(report.differences[0]?.evidence).toMatch(/the key's state is of run/);
  });

  it("a run that the store has lost", async () => {
    const run = await world.registry.startRun("v", world.version.generations["v"] as number, T + HOUR);
    await world.registry.finishRun(run.run, { state: "complete" });
    const report = await check();
    expect(report.views).toMatchObject([{ view: "v", state: "lost", registryRun: run.run }]);
    expect(report).toMatchObject({ differ: 0, verdict: "wrong" });
  });

  it("a float that was truncated", async () => {
    await db.run(`CREATE OR REPLACE TEMP TABLE kept AS SELECT * FROM events`);
    await db.run(`UPDATE events SET x = x::FLOAT::DOUBLE`);
    const bytes = await bytesOf("key 1");
    await db.run(`CREATE OR REPLACE TEMP TABLE events AS SELECT * FROM kept`);
    await world.put("v", ["key 1"], bytes);
    const report = await check();
    const latest = report.features.find((f) => f.feature === "latest");
    expect(latest?.causes).toEqual({ "lossy type": latest?.differ });
    expect(latest?.differ).toBeGreaterThan(0);
  });

  /** The state of key 1 as if all its rows had been changed in this way, in bytes that are intact. */
  const rounded = async (change: string) => {
    await db.run("CREATE OR REPLACE TEMP TABLE kept AS SELECT * FROM events");
    await db.run(`UPDATE events SET ${change}`);
    const bytes = await bytesOf("key 1");
    await db.run("CREATE OR REPLACE TEMP TABLE events AS SELECT * FROM kept");
    await world.put("v", ["key 1"], bytes);
    const report = await check();
    return (feature: string) => report.features.find((f) => f.feature === feature && f.service === undefined);
  };

  it("a whole number that went through a float", async () => {
    const of = await rounded("n = n::DOUBLE::BIGINT WHERE k = 'key 1'");
    expect(of("latest_n")?.differ).toBeGreaterThan(0);
    expect(of("latest_n")?.causes).toEqual({ "lossy type": of("latest_n")?.differ });
    expect(of("latest_n")?.example?.evidence).toMatch(/64-bit float/);
  });

  it("an instant that lost its microseconds", async () => {
    const of = await rounded('"at" = date_trunc(\'millisecond\', "at")');
    expect(of("latest_at")?.differ).toBeGreaterThan(0);
    expect(of("latest_at")?.causes).toEqual({ "lossy type": of("latest_at")?.differ });
    expect(of("latest_at")?.example?.evidence).toMatch(/milliseconds/);
  });

  it("a number that was changed, with a checksum that fits", async () => {
    const of = await rounded(
      "n = n + 3 WHERE k = 'key 1' AND \"at\" = (SELECT max(\"at\") FROM events WHERE k = 'key 1')",
    );
    expect(of("latest_n")?.causes).toEqual({ "wrong state": of("latest_n")?.differ });
    expect(of("latest_n")?.largest).toBe(3);
  });

  it("a row that was counted twice", async () => {
    await db.run("INSERT INTO events SELECT * FROM events WHERE k = 'key 0' AND n = 1");
    const bytes = await bytesOf("key 0");
    await db.run("CREATE OR REPLACE TEMP TABLE events AS SELECT DISTINCT * FROM events");
    await world.put("v", ["key 0"], bytes);
    const report = await check();
    expect(outcome(report)).toEqual({ causes: ["wrong state"], exit: 2 });
    expect(report.differences[0]?.evidence).toMatch(/the key's 40 rows are those that run \d+ knew of/);
  });

  it("a store that was emptied", async () => {
    await opened.store.sweep(world.version.generations["v"] as number);
    const report = await check();
    expect(report.views).toMatchObject([{ view: "v", state: "lost", run: null }]);
    expect(outcome(report)).toEqual({ causes: [], exit: 2 });
  });

  it("a generation of another definition", async () => {
    const wrong = await worldOf(db, opened.store, [declared("2d")], "events", world.version.generations);
    await wrong.materialize(T);
    const report = await check();
    expect(outcome(report)).toEqual({ causes: ["wrong state"], exit: 2 });
  });

  it("a row of the source that was rewritten after the run", async () => {
    await db.run(`UPDATE events SET n = n + 1000 WHERE k = 'key 2'`);
    const report = await check();
    expect(outcome(report)).toEqual({ causes: ["rewritten"], exit: 1 });
    expect(report.differences[0]?.evidence).toMatch(/the key had 40 rows for run \d+ and has 40 now/);
    expect(new Set(report.differences.map((d) => d.feature))).toEqual(new Set(["latest_n", "total"]));
  });

  it("a row of the source that is gone since the run", async () => {
    await db.run(`DELETE FROM events WHERE k = 'key 2' AND n = 53`);
    const report = await check();
    expect(outcome(report)).toEqual({ causes: ["rewritten"], exit: 1 });
    expect(report.differences[0]?.evidence).toMatch(/the key had 40 rows for run \d+ and has 39 now/);
  });

  it("rows that came late", async () => {
    await db.run(`INSERT INTO events VALUES (make_timestamp((${T} - 2 * ${HOUR})::BIGINT),
      make_timestamp((${T} - ${HOUR})::BIGINT), 'key 2', 1.0, 7)`);
    const report = await check();
    expect(outcome(report)).toEqual({ causes: ["late"], exit: 1 });
    expect(report.differences[0]?.evidence).toMatch(/1 of the key's 41 rows known by T/);
    const explained = await why(await world.context(T), "v.n_1d", { k: "key 2" });
    expect(explained.verdict).toMatchObject({
      state: "explained",
      says: expect.stringMatching(/^late: 1 of the key's/),
    });
  });

  it("a key that was forgotten, as far as is allowed", async () => {
    const context = { project: "p", store: opened.store, registry: world.registry };
    await forget(context, world.repo.entities[0] as never, ["key 4"], "me");
    // This world's registry knows of no version, and so of no generation to remove it from.
    await world.put("v", ["key 4"], null);
    const report = await check();
    expect(outcome(report)).toEqual({ causes: ["forgotten"], exit: 1 });
    expect((await check({ allow: 1 })).verdict).toBe("agrees");
  });

  it("leaves out a key that a run under way has written", async () => {
    await db.run(
      `INSERT INTO events VALUES (make_timestamp((${T} + 1)::BIGINT), make_timestamp((${T} + 1)::BIGINT), 'key 0', 1.0, 7)`,
    );
    await world.put("v", ["key 0"], await bytesOf("key 0", T + HOUR));
    const report = await check();
    expect(report).toMatchObject({ differ: 0, verdict: "agrees" });
    expect(report.coverage.reduce((n, c) => n + c.skipped, 0)).toBeGreaterThan(0);
  });

  it("nothing to compare", async () => {
    const empty = await worldOf(db, opened.store, [declared("1d")], "events");
    const report = await parity(await empty.context(T), {});
    expect(report).toMatchObject({ compared: 0, verdict: "nothing", views: [{ state: "none" }] });
  });

  it.runIf(kind === "redis")("a byte flipped in the server itself", async () => {
    const flip = `local found = 0
      for _, key in ipairs(redis.call('KEYS', '*')) do
        if string.find(key, 'key 1', 1, true) then
          for _, field in ipairs(redis.call('HKEYS', key)) do
            local v = redis.call('HGET', key, field)
            local at = #v - 8
            local byte = string.char(bit.bxor(string.byte(v, at), 16))
            redis.call('HSET', key, field, string.sub(v, 1, at - 1) .. byte .. string.sub(v, at + 1))
            found = found + 1
          end
        end
      end
      return found`;
    const port = Number(opened.port);
    expect(Number(await redisCli(port, "EVAL", flip, "0"))).toBeGreaterThan(0);
    const report = await check();
    expect(outcome(report)).toEqual({ causes: ["corrupt"], exit: 2 });
    expect(new Set(report.differences.map((d) => d.key["k"]))).toEqual(new Set(["key 1"]));
  });

  it("given keys, all keys and a budget", async () => {
    const given = await check({ keys: [{ k: "key 1" }, { k: "nobody" }, { k: null }] });
    expect(given).toMatchObject({ differ: 0 });
    expect(given.coverage.every((c) => c.keys <= 6)).toBe(true);
    const all = await check({ keys: "all", values: undefined });
    expect(all).toMatchObject({ differ: 0 });
    expect(all.coverage.every((c) => c.complete && c.keys >= TOTAL)).toBe(true);
    const none = await check({ budget: 0 });
    expect(none).toMatchObject({ verdict: "nothing", budget: 0 });
    expect(none.coverage.map((c) => c.complete)).toEqual([false, false]);
    await expect(check({ keys: [{ kk: "key 1" }] })).rejects.toMatchObject({ code: "KEY_UNKNOWN" });
  });
});
