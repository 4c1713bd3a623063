import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeStore, fs, T } from "./fake.js";

let cwd = "";
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "lockstep-cli-"));
});
afterAll(() => rm(cwd, { recursive: true }));

function storeWithFrame() {
  const calls: unknown[] = [];
  const frame = {
    columns: [
      { name: "origin", type: { kind: "string" }, role: "label" },
      { name: "scheduled", type: { kind: "timestamp" }, role: "label" },
      { name: "origin_delays__mean_delay_3h", type: { kind: "float64" }, role: "feature" },
      { name: "origin_delays__flights_ever", type: { kind: "int64" }, role: "feature" },
      { name: "late", type: { kind: "bool" }, role: "feature" },
    ],
    rowCount: 1_234_567,
    times: { labels: 210, plan: 30, query: 4_321, onDemand: 0 },
    head: async (n: number) => [
      {
        origin: "ORD",
        scheduled: T,
        origin_delays__mean_delay_3h: 12.25,
        origin_delays__flights_ever: 2n ** 60n,
        late: n === 5,
      },
      { origin: "a\nb", scheduled: null, origin_delays__mean_delay_3h: Number.NaN, origin_delays__flights_ever: 0n },
    ],
    writeParquet: async (path: string) => void calls.push(["write", path]),
    close: async () => void calls.push("close"),
  };
  const trainingFrame = async (service: string, options: { onStep: (step: string) => void }) => {
    const { onStep, ...rest } = options;
    calls.push([service, rest]);
    for (const step of ["labels", "plan", "query", "onDemand"]) onStep(step);
    return frame;
  };
  return { calls, store: fakeStore({ trainingFrame }) };
}

const COMMAND = "train flight_delay --labels labels.csv --timestamp scheduled --out out/train.parquet";

test("train writes the frame and shows its first rows, as wide as the terminal", async () => {
  const { calls, store } = storeWithFrame();
  const { code, out } = await fs(COMMAND, { store, cwd, tty: true, columns: 80 });
  expect(code).toBe(0);
  expect(calls).toEqual([
    ["flight_delay", { labels: join(cwd, "labels.csv"), timestamp: "scheduled", statuses: false, local: false }],
    ["write", join(cwd, "out/train.parquet")],
    "close",
  ]);
  expect(out.replace(cwd, "/home")).toMatchInlineSnapshot(`
    "file         /home/out/train.parquet
    definitions  version 2, as applied
    rows         1,234,567
    columns      5
    time         5.56s
                 labels 0.21s, plan 0.03s, query 4.32s, on-demand 0.00s, write 1.00s

    origin  scheduled                    origin_delays__mean_delay_3h
    ORD     2001-06-15T12:00:00.000000Z                         12.25
    a\\nb    null                                                  NaN
    and 2 more columns
    "
  `);
});

test("the progress goes to stderr", async () => {
  const { store } = storeWithFrame();
  expect((await fs(COMMAND, { store, cwd })).err).toMatchInlineSnapshot(`
    "flight_delay: reading labels
    flight_delay: looking at the sources
    flight_delay: computing features
    flight_delay: running on-demand features
    flight_delay: writing
    "
  `);
  expect((await fs(`${COMMAND} --json`, { store, cwd })).err).toBe("");
  expect((await fs(`${COMMAND} --json`, { store, cwd, tty: true })).err).toContain("computing features");
});

test("as JSON every value keeps its digits", async () => {
  const { out } = await fs(`${COMMAND} --json`, { store: storeWithFrame().store, cwd });
  const { preview, seconds, ...rest } = JSON.parse(out);
  expect(rest).toEqual({
    service: "flight_delay",
    version: 2,
    out: join(cwd, "out/train.parquet"),
    rows: 1_234_567,
    columns: 5,
  });
  expect(seconds).toMatchObject({ labels: 0.21, query: 4.321 });
  expect(preview.rows).toEqual([
    ["ORD", "2001-06-15T12:00:00.000000Z", 12.25, String(2n ** 60n), true],
    ["a\nb", null, "NaN", "0", null],
  ]);
});

test("a file that is there is replaced only with --force", async () => {
  await writeFile(join(cwd, "there.parquet"), "");
  const { calls, store } = storeWithFrame();
  const command = "train flight_delay --labels l.csv --timestamp t --out there.parquet";
  const { code, err } = await fs(command, { store, cwd });
  expect(code).toBe(1);
  expect(err).toContain("error OUT_EXISTS");
  expect(calls).toEqual([]);
  expect((await fs(`${command} --force`, { store, cwd })).code).toBe(0);
});

test("a frame is Parquet", async () => {
  const { code, err } = await fs("train flight_delay --labels l.csv --timestamp t --out train.csv", { cwd });
  expect(code).toBe(1);
  expect(err).toContain("error OUT_FORMAT");
});

test("a frame that can't be written is closed", async () => {
  const { calls, store } = storeWithFrame();
  const failing = fakeStore({
    trainingFrame: async (...args: Parameters<typeof store.trainingFrame>) =>
      Object.assign(await store.trainingFrame(...args), { writeParquet: () => Promise.reject(new Error("disk full")) }),
  });
  expect((await fs(COMMAND, { store: failing, cwd })).err).toContain("disk full");
  expect(calls.at(-1)).toBe("close");
});
