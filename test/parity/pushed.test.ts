import { Database } from "@lockstep/offline";
import { type Cause, type ParityReport, parity, why } from "@lockstep/parity";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type OpenedStore, openStoreOf, STORES } from "../support/online-stores.js";
import { outcome } from "./outcome.js";
import { pushable, pushedRow } from "./pushable.js";
import { type World, worldOf } from "./world.js";

// What was pushed counts on both sides, until the source should have it and does not.

const HOUR = 3_600_000_000n;
const T = 1_000_000n * HOUR;
const NOW = T + 3n * HOUR;

describe.each(STORES)("pushed rows in %s", (kind) => {
  let db: Database;
  let opened: OpenedStore;
  let world: World;
  beforeAll(async () => {
    db = await Database.open({ threads: 1 });
    opened = await openStoreOf[kind]();
  });
  afterAll(async () => {
    db.close();
    await opened.end();
  });
  beforeEach(async () => {
    await db.run(`CREATE OR REPLACE TEMP TABLE events AS
      SELECT i AS id, make_timestamp((${T} - (i // 5) * ${HOUR} - i)::BIGINT) AS at,
        'key ' || (i % 5) AS k, i + 1 AS n FROM range(200) r(i)`);
    world = await worldOf(db, opened.store, [pushable()], "events");
    await world.materialize(T);
  });
  afterEach(() => world.end());

  const source = (id: number, at: bigint, k: string, n: number) =>
    db.run(`INSERT INTO events VALUES (${id}, make_timestamp(${at}::BIGINT), '${k}', ${n})`);
  const push = async (...rows: ReturnType<typeof pushedRow>[]) => {
    const answers = await world.push("events", rows);
    expect(answers.map((a) => a.status)).toEqual(rows.map(() => "ACCEPTED"));
  };
  const check = async (options = {}) => parity(await world.context(NOW), { values: 1_500, ...options });
  const causes = (report: ParityReport) => Object.keys(report.causes) as Cause[];

  it("agree while the source may still get them, and once it has them", async () => {
    await push(pushedRow(1000, NOW - HOUR / 2n, "key 1", 7), pushedRow(1001, NOW - HOUR / 4n, "newcomer", 8));
    await push(pushedRow(1002, T + HOUR, "key 2", 9));
    await source(1002, T + HOUR, "key 2", 9);
    const report = await check();
    expect(report.differences).toEqual([]);
    expect(report.verdict).toBe("agrees");
    expect(report.coverage[0]?.occasions.pushed).toBeGreaterThanOrEqual(6);
  });

  it("that the source should have by now, and has not", async () => {
    await push(
      pushedRow(1000, T + HOUR, "key 1", 7),
      pushedRow(1001, T + HOUR, "newcomer", 8),
      pushedRow(0, T + 1n, "key 3", 50),
    );
    await push(pushedRow(1002, NOW - 1n, "key 4", 9));
    const report = await check();
    expect(outcome(report)).toEqual({ causes: ["pushed only"], exit: 1 });
    // The event with id 0 has moved from key 0 to key 3.
    const keys = new Set(report.differences.map((d) => d.key["k"]));
    expect([...keys].every((k) => ["key 0", "key 1", "newcomer", "key 3"].includes(String(k)))).toBe(true);
    expect((await check({ allow: 1 })).verdict).toBe("agrees");
    for (const k of ["key 0", "key 1", "newcomer", "key 3"]) {
      const own = await check({ keys: [{ k }] });
      expect(outcome(own)).toEqual({ causes: ["pushed only"], exit: 1 });
    }
    expect(causes(await check({ keys: [{ k: "key 2" }, { k: "key 4" }] }))).toEqual([]);
  });

  it("do not hide a wrong state, nor a damaged one", async () => {
    await push(pushedRow(1000, T + HOUR, "key 1", 7));
    const bytes = Uint8Array.from((await world.bytes("v", ["key 1"])) as Uint8Array);
    await world.put("v", ["key 2"], await world.bytes("v", ["key 3"]));
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] as number) ^ 4;
    expect(outcome(await check({ keys: [{ k: "key 2" }] }))).toEqual({ causes: ["wrong state"], exit: 2 });
    // `put` drops the key's pushed rows as well.
    await world.put("v", ["key 3"], bytes);
    expect(outcome(await check({ keys: [{ k: "key 3" }] }))).toEqual({ causes: ["corrupt"], exit: 2 });
  });

  it("are told from a source that was rewritten, and from rows that came late", async () => {
    await push(pushedRow(1000, T + HOUR, "key 1", 7));
    await db.run("UPDATE events SET n = n + 1000 WHERE k = 'key 2'");
    await source(2000, T - 5n * HOUR, "key 3", 70);
    const report = await check({ keys: ["key 1", "key 2", "key 3"].map((k) => ({ k })) });
    expect(new Set(causes(report))).toEqual(new Set(["pushed only", "rewritten", "late"]));
    const of = (cause: Cause) => new Set(report.differences.filter((d) => d.cause === cause).map((d) => d.key["k"]));
    expect(of("pushed only")).toEqual(new Set(["key 1"]));
    expect(of("rewritten")).toEqual(new Set(["key 2"]));
    expect(of("late")).toEqual(new Set(["key 3"]));
  });

  it("are told by why: not in the source yet, not there though they should be, or in both", async () => {
    await push(
      pushedRow(1000, T + HOUR, "key 1", 7),
      pushedRow(1001, NOW - HOUR / 2n, "key 2", 8),
      pushedRow(1002, T + HOUR, "key 3", 9),
    );
    await source(1002, T + HOUR, "key 3", 9);
    const ask = async (k: string) => why(await world.context(NOW), "v.n_1d", { k });
    const missing = await ask("key 1");
    expect(missing.verdict).toEqual({
      state: "explained",
      says: "pushed only: 1 row was pushed, and the source, which should have that by now, has not",
    });
    expect(missing.rows.at(-1)).toMatchObject({ from: "pushed", offline: "pushed only", online: "counts" });
    expect(missing.expected).toEqual(missing.online);
    expect(missing.offline).not.toEqual(missing.online);
    expect((await ask("key 2")).verdict).toEqual({
      state: "explained",
      says: "1 row was pushed, and the source does not have that yet",
    });
    const both = await ask("key 3");
    expect(both.verdict.state).toBe("agrees");
    expect(both.rows.at(-1)).toMatchObject({ from: "both", offline: "counts", online: "counts" });
    await source(3000, T + HOUR, "key 4", 70);
    expect((await ask("key 4")).verdict.says).toMatch(/^stale: 1 row was/);
    await db.run("UPDATE events SET n = n + 1000 WHERE k = 'key 0'");
    expect((await why(await world.context(NOW), "v.total", { k: "key 0" })).verdict).toMatchObject({
      state: "explained",
      says: expect.stringMatching(/^rewritten: the key had 40 rows/),
    });
  });
});
