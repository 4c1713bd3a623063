import { appendFile, chmod, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { count, entity, featureService, featureView, mean, parquet, t } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { lmdbFolder } from "../support/lmdb-folder.js";
import { outcome } from "./outcome.js";
import { type ServedWorld, servedWorld } from "./served.js";

// Logs that are empty, cut off, damaged, of another project, or written to do harm.

const HOUR = 3_600_000_000n;
const T = 480_000n * HOUR;
const KEYS = ["key 0", "key 1", "'; DROP TABLE x; --", "\u0000\u001b[31m", "日本 \u{1f600}", "", "x".repeat(5_000)];

const events = parquet("events", {
  path: "events.parquet",
  columns: { at: t.timestamp(), k: t.string(), n: t.int64() },
  eventTime: "at",
  lookback: "1h",
});
const thing = entity("thing", { k: t.string() });
const declared = (changed = false) =>
  featureService("s", [
    featureView("v", {
      entity: thing,
      source: events,
      features: (f) => ({ n: changed ? mean(f.n).over("1d") : count().over("1d"), last: f.n }),
    }),
  ]);
const ROWS = `SELECT make_timestamp((${T - HOUR} - (i // 3) * ${HOUR} - i)::BIGINT) AS at,
  CASE i % 3 WHEN 2 THEN '''; DROP TABLE x; --' ELSE 'key ' || (i % 3) END AS k, i + 1 AS n FROM range(90) r(i)`;

let db: Database;
let online: Awaited<ReturnType<typeof lmdbFolder>>;
let world: ServedWorld;
beforeAll(async () => {
  db = await Database.open({ threads: 1 });
});
afterAll(() => db.close());
beforeEach(async () => {
  online = await lmdbFolder();
  world = await servedWorld(db, online.store);
  await world.write("events.parquet", ROWS);
  await world.apply([declared()]);
  await world.materialize(T);
});
afterEach(async () => {
  await world.end();
  await online.end();
});

const log = () => join(world.folder, "log");
const files = async () => (await readdir(log())).map((name) => join(log(), name));
const VALUES = KEYS.length * 2;

it("keys of any text are found again", async () => {
  await world.serve(KEYS, { at: T });
  expect(await world.check(T)).toMatchObject({ compared: VALUES, differ: 0, verdict: "agrees" });
});

it("what is torn, empty or foreign is passed over and counted", async () => {
  await world.serve(KEYS, { at: T });
  await world.serve(KEYS, { at: T + 1n });
  const [first = "", second = ""] = await files();
  const bytes = await readFile(second);
  await writeFile(second, bytes.subarray(0, bytes.length - 5));
  await writeFile(join(log(), "empty.served"), "");
  await writeFile(join(log(), "text.served"), "LSL1 is how a block begins");
  await writeFile(join(log(), "other.txt"), "no part of it");
  await appendFile(first, "LSL1");
  const report = await world.check(T);
  expect(report).toMatchObject({ compared: VALUES, differ: 0 });
  expect(report.log).toMatchObject({ files: 4, answers: 1, damaged: 3 });
});

/** A block whose checksum fits. */
const block = (payload: readonly number[]): Buffer => {
  const body = Buffer.from(payload);
  const head = Buffer.alloc(12);
  head.write("LSL1");
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(crc32(body), 8);
  return Buffer.concat([head, body]);
};
const text = (json: unknown): number[] => {
  const bytes = Buffer.from(JSON.stringify(json));
  return [(bytes.length & 127) | 128, bytes.length >> 7, ...bytes];
};
const SHAPE = {
  service: "s",
  version: 1,
  inputs: [{ name: "k", type: { kind: "string" }, role: "key" }],
  columns: [{ name: "v__n", type: { kind: "int64" } }],
  views: [{ view: "v", generation: 1, mark: { t: String(T), run: 2 } }],
};

it.each<[string, number[]]>([
  ["a shape that is none", [1, 0, 13, ...Buffer.from('{"service":1}')]],
  ["a shape that is no JSON", [1, 0, 2, 123, 33]],
  ["an answer without a shape", [2, 7]],
  ["a record of no kind", [9]],
  ["more rows than there can be", [1, 0, ...text(SHAPE), 2, 0, ...Array(17).fill(0), 0, 255, 255, 255, 255, 127]],
])("%s is damage", async (_, payload) => {
  await world.serve(KEYS, { at: T });
  const [first = ""] = await files();
  await appendFile(first, block(payload));
  const report = await world.check(T);
  expect(report).toMatchObject({ compared: VALUES, differ: 0, log: { damaged: 1 } });
});

it("another project's log compares nothing", async () => {
  const other = await lmdbFolder();
  const foreign = await servedWorld(db, other.store);
  await foreign.write("events.parquet", ROWS);
  await foreign.apply([declared(true)]);
  await foreign.materialize(T);
  await foreign.serve(KEYS, { at: T });
  const report = await world.check(T, { folder: join(foreign.folder, "log") });
  expect(report.log).toMatchObject({ answers: 1, unknown: 1 });
  expect(outcome(report)).toEqual({ causes: [], exit: 3 });
  await foreign.end();
  await other.end();
});

it("an answer of a definition that gave another type is redefined", async () => {
  const first = (await world.registry.state()).head;
  await world.apply([declared(true)]);
  await world.materialize(T);
  await world.serve(["key 0"], { at: T, version: first as NonNullable<typeof first> });
  const report = await world.check(T);
  expect(outcome(report)).toEqual({ causes: ["redefined"], exit: 1 });
  expect(report.differences[0]).toMatchObject({ feature: "n", online: { value: "23" }, offline: { value: 34 } });
});

it("what runs noted may be gone or damaged", async () => {
  await world.serve(KEYS, { at: T });
  await world.write("events.parquet", `SELECT * REPLACE (n + 1 AS n) FROM (${ROWS})`);
  expect(outcome(await world.check(T))).toEqual({ causes: ["rewritten"], exit: 1 });
  const noted = join(world.folder, "evidence");
  for (const name of await readdir(noted)) if (name.endsWith(".parquet")) await writeFile(join(noted, name), "x");
  expect(outcome(await world.check(T))).toEqual({ causes: ["unknown"], exit: 2 });
  await rm(noted, { recursive: true });
  expect(outcome(await world.check(T))).toEqual({ causes: ["unknown"], exit: 2 });
});

it("a folder that is none, or may not be read, is said", async () => {
  await world.serve(KEYS, { at: T });
  const [first = ""] = await files();
  const mend = expect.stringContaining("server.servingLog");
  await expect(world.check(T, { folder: join(world.folder, "nowhere") })).rejects.toMatchObject({
    code: "LOG_MISSING",
    diagnostics: [{ mend }],
  });
  await expect(world.check(T, { folder: first })).rejects.toMatchObject({ code: "LOG_UNREADABLE" });
  // Root may read everything.
  if (process.getuid?.() === 0) return;
  await chmod(first, 0);
  await expect(world.check(T)).rejects.toMatchObject({ code: "LOG_UNREADABLE" });
});
