import { join } from "node:path";
import { forget } from "@lockstep/ingest";
import { Database, trainingFrame } from "@lockstep/offline";
import type { ParityLogReport } from "@lockstep/parity";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type OpenedStore, openStoreOf, STORES } from "../support/online-stores.js";
import { outcome } from "./outcome.js";
import { pushable, pushedRow } from "./pushable.js";
import { type ServedWorld, servedWorld } from "./served.js";

// What was served of pushed rows, when the rows are still in the store and when a run has dropped them.

const HOUR = 3_600_000_000n;
const T = 480_000n * HOUR;
const KEYS = ["key 0", "key 1", "key 2", "key 3", "newcomer"];
const AT = T + 2n * HOUR;

const ROWS = `SELECT i AS id, make_timestamp((${T} - (i // 4) * ${HOUR} - i)::BIGINT) AS at,
  'key ' || (i % 4) AS k, i + 1 AS n FROM range(160) r(i)`;
const file = (id: number, at: bigint, k: string, n: number) =>
  `SELECT ${id} AS id, make_timestamp(${at}::BIGINT) AS at, '${k}' AS k, ${n} AS n`;

describe.each(STORES)("pushed rows that were served from %s", (kind) => {
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
    await world.apply([pushable()]);
    await world.materialize(T);
  });
  afterEach(async () => {
    await world.end();
    await online.end();
  });
  const keysOf = (report: ParityLogReport) => new Set(report.differences.map((d) => d.key["k"]));

  it("are no difference where the source got them", async () => {
    await world.push("events", [pushedRow(1000, T + HOUR, "key 1", 7), pushedRow(0, T + HOUR, "key 2", 50)]);
    await world.serve(KEYS, { at: AT });
    await world.write(
      "events-2.parquet",
      `${file(1000, T + HOUR, "key 1", 7)} UNION ALL ${file(0, T + HOUR, "key 2", 50)}`,
    );
    expect(await world.check(AT)).toMatchObject({ compared: 15, differ: 0, verdict: "agrees" });
  });

  it("are the cause where it never did, in the store still and after a run that dropped them", async () => {
    await world.push("events", [pushedRow(1000, T + HOUR, "key 1", 7), pushedRow(0, T + HOUR, "key 2", 50)]);
    await world.push("events", [pushedRow(1001, T + HOUR, "newcomer", 9), pushedRow(1002, T + HOUR, "key 3", 9)]);
    await world.serve(KEYS, { at: AT });
    // One of them arrives.
    await world.write("events-2.parquet", file(1002, T + HOUR, "key 3", 9));
    for (const later of [false, true]) {
      if (later) await world.materialize(T + 2n * HOUR, { full: false });
      const report = await world.check(AT);
      // Three features each of key 1, of the newcomer, and of keys 0 and 2, between which an event moved.
      expect(report.causes).toEqual({ "pushed only": 12 });
    }
  });

  it("are gone from what runs noted when their key is forgotten", async () => {
    await world.push("events", [pushedRow(1000, T + HOUR, "key 1", 7), pushedRow(1001, T + HOUR, "key 2", 8)]);
    await world.materialize(T + 2n * HOUR, { full: false });
    const { evidence, state, version, store } = await world.context(AT);
    const run = state.runs.at(-1)?.run ?? 0;
    const noted = async () => {
      const rows: { k: string }[] = [];
      for await (const row of evidence.pushed(run)) rows.push(row as { k: string });
      return rows;
    };
    expect((await noted()).map((r) => r.k).sort()).toEqual(["key 1", "key 2"]);
    const context = { project: "p", store, registry: world.registry, evidence };
    await forget(context, version.repo.entities[0] as never, ["key 1"], "me");
    expect((await noted()).map((r) => r.k)).toEqual(["key 2"]);
    await forget(context, version.repo.entities[0] as never, ["key 2"], "me");
    expect(await noted()).toEqual([]);
  });

  it("are not the cause where rows that were not pushed are", async () => {
    await world.push("events", [pushedRow(1000, T + HOUR, "key 1", 7)]);
    await world.serve(KEYS, { at: AT });
    await world.write(
      "events-2.parquet",
      `${file(1000, T + HOUR, "key 1", 7)} UNION ALL ${file(1001, T + HOUR, "key 1", 11)}`,
    );
    const report = await world.check(AT);
    expect(outcome(report)).toEqual({ causes: ["stale"], exit: 1 });
    expect(keysOf(report)).toEqual(new Set(["key 1"]));
  });

  it("make a training frame another one, by the same cause", async () => {
    await world.push("events", [pushedRow(1000, T + HOUR, "key 1", 7)]);
    await world.serve(KEYS, { at: AT });
    const context = await world.context(AT);
    const [service] = context.version.repo.services;
    const labels = KEYS.map((k) => ({ k, when: AT }));
    const options = { labels, timestamp: "when" };
    const frame = await trainingFrame({ ...context, repo: context.version.repo }, service as never, options);
    const path = join(world.folder, "frame.pq");
    await frame.writeParquet(path, { replace: true });
    await frame.close();
    const report = await world.check(AT, { frame: { path, timestamp: "when" } });
    expect(report.causes).toEqual({ "pushed only": 3 });
    expect(keysOf(report)).toEqual(new Set(["key 1"]));
  });
});
