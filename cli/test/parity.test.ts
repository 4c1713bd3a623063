import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ParityDifference, ParityLogReport, ParityReport, ParityRow } from "lockstep";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeStore, fs, T } from "./fake.js";

const row = (view: string, feature: string, compared: number, telling: number): ParityRow => ({
  view,
  feature,
  compared,
  equal: compared,
  differ: 0,
  telling,
  causes: {},
  largest: null,
  example: null,
});

const REPORT: ParityReport = {
  project: "flights",
  version: 2,
  seed: 1,
  watermark: T,
  now: T,
  compared: 12_000,
  equal: 12_000,
  telling: 9_876,
  differ: 0,
  causes: {},
  allow: 0,
  verdict: "agrees",
  keys: 400,
  instants: 30,
  views: [
    {
      view: "origin_delays",
      generation: 1,
      watermark: "2001-06-15T12:00:00.000000Z",
      run: 3,
      registryRun: 3,
      state: "agrees",
    },
  ],
  features: [
    row("origin_delays", "mean_delay_3h", 6_000, 4_000),
    row("route_history", "last_delay", 5_000, 4_876),
    { ...row("route_history", "last_delay", 1_000, 1_000), service: "flight_delay" },
  ],
  coverage: [
    {
      view: "origin_delays",
      wanted: 6_000,
      compared: 6_000,
      keys: 400,
      instants: 30,
      occasions: { T: 100, "window end": 200 },
      skipped: 0,
      complete: true,
    },
  ],
  differences: [],
  reproduction: [],
  budget: null,
  seconds: 3.21,
  times: { choosing: 0.1, online: 1, offline: 2, comparing: 0.1, judging: 0 },
};

const difference: ParityDifference = {
  view: "route_history",
  feature: "last_delay",
  key: { origin: "ORD", destination: null },
  at: "2001-06-15T12:00:00.000001Z",
  offline: { value: "12", status: "PRESENT" },
  online: { value: null, status: "NULL", error: "STATE_CORRUPT" },
  cause: "corrupt",
  evidence: "the stored bytes fail their checksum",
};
const DIFFERENT: ParityReport = {
  ...REPORT,
  equal: 11_996,
  differ: 4,
  causes: { corrupt: 1, "wrong state": 3 },
  verdict: "wrong",
  features: REPORT.features.map((f, i) =>
    i === 1
      ? { ...f, equal: 4_996, differ: 4, causes: { corrupt: 1, "wrong state": 3 }, largest: 2.5, example: difference }
      : f,
  ),
  differences: [
    difference,
    {
      ...difference,
      online: { value: "14", status: "PRESENT" },
      cause: "wrong state",
      evidence: "a fresh build gives other bytes",
    },
  ],
  reproduction: [{ a: 1 }, { b: 2 }],
};

const storeWith = (report: object) => fakeStore({ parity: async () => report });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-parity-"));
});
afterAll(() => rm(folder, { recursive: true }));
const run = (command: string, report: object, more: object = {}) =>
  fs(command, { store: storeWith(report), cwd: folder, ...more });

test("parity", async () => {
  const { code, out } = await run("parity", REPORT);
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "feature                     compared  equal  differ
    origin_delays
      mean_delay_3h                6,000  6,000       0
    route_history
      last_delay                   5,000  5,000       0
    flight_delay (service)
      route_history.last_delay     1,000  1,000       0

    rows asked at: T 100, window end 200
    9,876 of the values are PRESENT and not zero; 400 keys, 30 instants
    T 2001-06-15T12:00:00Z, seed 1, 3.21s
    12,000 compared, 0 differ
    "
  `);
});

test("differences at 80 columns: exit code 2, and a file to look at them with", async () => {
  const { code, out } = await run("parity", DIFFERENT, { tty: true, columns: 80 });
  expect(code).toBe(2);
  expect(out).toMatchInlineSnapshot(`
    "feature                     compared  equal  differ  cause
    origin_delays
      mean_delay_3h                6,000  6,000       0
    route_history
      last_delay                   5,000  4,996       4  1 corrupt, 3 wrong state
    flight_delay (service)
      route_history.last_delay     1,000  1,000       0

    2 examples of 4 differences:
      route_history.last_delay  origin=ORD destination=null  at 2001-06-15T12:00:00.000001Z
        offline  12  PRESENT
        online   STATE_CORRUPT
        corrupt: the stored bytes fail their checksum
        fs why route_history.last_delay origin=ORD destination=null --at 2001-06-15T12:00:00.000001Z
      route_history.last_delay  origin=ORD destination=null  at 2001-06-15T12:00:00.000001Z
        offline  12  PRESENT
        online   14  PRESENT
        wrong state: a fresh build gives other bytes
        fs why route_history.last_delay origin=ORD destination=null --at 2001-06-15T12:00:00.000001Z

    What it takes to look at them elsewhere is in parity-differences.ndjson

    rows asked at: T 100, window end 200
    9,876 of the values are PRESENT and not zero; 400 keys, 30 instants
    T 2001-06-15T12:00:00Z, seed 1, 3.21s
    12,000 compared, 4 differ (0.0333%): 1 corrupt, 3 wrong state
    "
  `);
  for (const line of out.split("\n").slice(0, 7)) expect(line.length).toBeLessThanOrEqual(80);
  expect(await readFile(join(folder, "parity-differences.ndjson"), "utf8")).toBe('{"a":1}\n{"b":2}\n');
});

test("at 200 columns with an example of each", async () => {
  const { out } = await run("parity", DIFFERENT, { tty: true, columns: 200 });
  expect(out.split("\n").slice(0, 7).join("\n")).toMatchInlineSnapshot(`
    "feature                     compared  equal  differ  cause                     largest  example                      at
    origin_delays
      mean_delay_3h                6,000  6,000       0
    route_history
      last_delay                   5,000  4,996       4  1 corrupt, 3 wrong state      2.5  origin=ORD destination=null  2001-06-15T12:00:00.000001Z
    flight_delay (service)
      route_history.last_delay     1,000  1,000       0"
  `);
});

test("explained differences beyond what is allowed: exit code 1", async () => {
  const report = { ...DIFFERENT, causes: { forgotten: 4 }, verdict: "explained", differences: [], reproduction: [] };
  const { code, out } = await run("parity --allow 0.01%", report);
  expect(code).toBe(1);
  expect(out).toContain("4 differ (0.0333%): 4 forgotten, and 0% may");
});

test("nothing compared: exit code 3", async () => {
  const nothing = { ...REPORT, compared: 0, telling: 0, keys: 0, instants: 0, features: [], verdict: "nothing" };
  const { code, out } = await run("parity", nothing);
  expect(code).toBe(3);
  expect(out).toBe("0 compared: there is no value to compare\n");
});

test("as JSON, with the same exit code", async () => {
  const { code, out } = await run("parity --json", DIFFERENT);
  expect(code).toBe(2);
  const at = "2001-06-15T12:00:00.000000Z";
  expect(JSON.parse(out)).toEqual({ ...DIFFERENT, watermark: at, now: at, reproduction: "parity-differences.ndjson" });
});

test("a run that is lost, and a budget that ended", async () => {
  const lost = { ...REPORT.views[0], state: "lost", run: 2 };
  const coverage = [{ ...REPORT.coverage[0], complete: false, wanted: 12_000, skipped: 7 }];
  const { out } = await run("parity", { ...REPORT, views: [lost], coverage, budget: 60, verdict: "wrong" });
  expect(out).toContain("origin_delays: the store is at run 2, and the registry says that run 3 is complete");
  expect(out).toContain("origin_delays: 50% of 12,000 values when the budget of 1m ended");
  expect(out).toContain("origin_delays: 7 rows left out, of a run under way");
});

test("a page that needs nothing else", async () => {
  await run("parity --html out/page.html", DIFFERENT);
  const page = await readFile(join(folder, "out/page.html"), "utf8");
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).not.toMatch(/<script|https?:\/\/|<link|@import|url\(/);
  expect(page).toContain("4 of 12,000 values differ");
  expect(page).toContain("the stored bytes fail their checksum");
});

test("what comes from the data stands in the page as text", async () => {
  const bad = { ...difference, key: { origin: '<img src=x onerror="alert(1)">' } };
  await run("parity --html page.html", { ...DIFFERENT, differences: [bad] });
  expect(await readFile(join(folder, "page.html"), "utf8")).not.toContain("<img");
});

test("metrics as Prometheus reads them", async () => {
  await run("parity --prometheus parity.prom", DIFFERENT);
  const text = await readFile(join(folder, "parity.prom"), "utf8");
  expect(text.replace(/(timestamp_seconds\{.*\}) .*/, "$1 0")).toMatchInlineSnapshot(`
    "# HELP lockstep_parity_compared_values Values compared by the last run.
    # TYPE lockstep_parity_compared_values gauge
    lockstep_parity_compared_values{project="flights",view="origin_delays",feature="mean_delay_3h"} 6000
    lockstep_parity_compared_values{project="flights",view="route_history",feature="last_delay"} 5000
    lockstep_parity_compared_values{project="flights",service="flight_delay",view="route_history",feature="last_delay"} 1000
    # HELP lockstep_parity_different_values Values of the last run on which both sides disagree, by cause; a feature without any has cause="none" and 0.
    # TYPE lockstep_parity_different_values gauge
    lockstep_parity_different_values{project="flights",view="origin_delays",feature="mean_delay_3h",cause="none"} 0
    lockstep_parity_different_values{project="flights",view="route_history",feature="last_delay",cause="corrupt"} 1
    lockstep_parity_different_values{project="flights",view="route_history",feature="last_delay",cause="wrong state"} 3
    lockstep_parity_different_values{project="flights",service="flight_delay",view="route_history",feature="last_delay",cause="none"} 0
    # HELP lockstep_parity_largest_difference The greatest absolute difference of two numbers.
    # TYPE lockstep_parity_largest_difference gauge
    lockstep_parity_largest_difference{project="flights",view="route_history",feature="last_delay"} 2.5
    # HELP lockstep_parity_covered_ratio Which part of what was wanted was compared before the budget ended.
    # TYPE lockstep_parity_covered_ratio gauge
    lockstep_parity_covered_ratio{project="flights",view="origin_delays"} 1
    # HELP lockstep_parity_store_run The run that the online store is at, 0 where it is at none.
    # TYPE lockstep_parity_store_run gauge
    lockstep_parity_store_run{project="flights",view="origin_delays",state="agrees"} 3
    # HELP lockstep_parity_verdict 1 for the last run's verdict.
    # TYPE lockstep_parity_verdict gauge
    lockstep_parity_verdict{project="flights",verdict="wrong"} 1
    # HELP lockstep_parity_run_duration_seconds How long the last run took.
    # TYPE lockstep_parity_run_duration_seconds gauge
    lockstep_parity_run_duration_seconds{project="flights"} 3.21
    # HELP lockstep_parity_run_timestamp_seconds When the last run ended.
    # TYPE lockstep_parity_run_timestamp_seconds gauge
    lockstep_parity_run_timestamp_seconds{project="flights"} 0
    "
  `);
});

test("options", async () => {
  const asked: object[] = [];
  const parity = async (options: { onProgress: (done: number, total: number) => void }) => {
    const { onProgress, ...rest } = options;
    asked.push(rest);
    for (const done of [0, 5_000, 10_000]) onProgress(done, 10_000);
    return REPORT;
  };
  const { err } = await fs("parity a b --values 500 --seed 7 --budget 90s --rate 100 --allow 0.5% --keys all", {
    store: fakeStore({ parity }),
  });
  expect(asked).toEqual([
    { services: ["a", "b"], values: 500, seed: 7, budget: 90, rate: 100, allow: 0.005, keys: "all" },
  ]);
  expect(err).toMatchInlineSnapshot(`
    "comparing  [------------]   0%  0 of 10,000 values
    comparing  [############] 100%  10,000 of 10,000 values  3,333/s
    "
  `);
  await fs("parity", { store: fakeStore({ parity }) });
  expect(asked[1]).toEqual({});
  await fs("parity --key origin=ORD --key origin=A,B,destination=C", { store: fakeStore({ parity }) });
  expect(asked[2]).toEqual({ keys: [{ origin: "ORD" }, { origin: "A,B", destination: "C" }] });
  expect((await fs("parity --keys some")).err).toContain("give all or sample");
  expect((await fs("parity --allow 3")).err).toContain("give a part of all values, such as 0.1%");
});

const LOGGED: ParityLogReport = {
  ...REPORT,
  views: [],
  features: [row("origin_delays", "mean_delay_3h", 6_000, 4_000)],
  equal: 11_999,
  differ: 1,
  causes: { stale: 1 },
  verdict: "explained",
  coverage: [],
  log: { files: 2, answers: 400, dropped: 3, damaged: 1, unknown: 0, unmatched: 0 },
};

test("a serving log: its folder, what it lacks, and exit code 1", async () => {
  const asked: unknown[] = [];
  const store = fakeStore({
    parityLog: async ({ onProgress: _, ...options }: object & { onProgress?: unknown }) => {
      asked.push(options);
      return LOGGED;
    },
  });
  const { code, out } = await fs("parity s --log served --allow 0%", { store, cwd: folder });
  expect(code).toBe(1);
  expect(asked).toEqual([{ folder: join(folder, "served"), services: ["s"], allow: 0 }]);
  expect(out).toContain("400 answers in 2 files of the serving log");
  expect(out).toContain("3 that the servers could not keep");
  expect(out).toContain("1 blocks of the files are torn or damaged");
  expect(out).toContain("12,000 compared, 1 differ (0.00833%): 1 stale, and 0% may");
  await fs("parity --log served --frame train.parquet --timestamp when", { store, cwd: folder });
  expect(asked[1]).toMatchObject({ frame: { path: join(folder, "train.parquet"), timestamp: "when" } });
  expect((await fs("parity --frame train.parquet", { store, cwd: folder })).code).toBe(1);
  expect((await fs("parity --log served --keys all", { store, cwd: folder })).code).toBe(1);
});
