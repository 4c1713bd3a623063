import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Status, TypeIR, Value } from "@lockstep/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type FeatureReader,
  type LogFile,
  type LoggedShape,
  loggedReader,
  openServingLog,
  readServingLog,
  type ServingLogOptions,
  type TracedAnswer,
} from "../src/index.js";
import { logFiles } from "../src/serving-log/log-files.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-served-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const asShape = (json: unknown): LoggedShape => {
  const shape = json as LoggedShape;
  return { ...shape, views: shape.views.map((v) => ({ ...v, mark: { ...v.mark, t: BigInt(v.mark.t) } })) };
};

async function read(): Promise<LogFile[]> {
  const files: LogFile[] = [];
  for await (const file of readServingLog(folder, asShape)) files.push(file);
  return files;
}

const views = [{ view: "v", generation: 3, mark: { t: -(2n ** 63n), run: 2 ** 32 - 1 } }];

const TYPES: readonly (readonly [TypeIR, readonly (Value | null)[]])[] = [
  [{ kind: "bool" }, [true, false, null]],
  [{ kind: "int32" }, [-(2 ** 31), 2 ** 31 - 1, 0]],
  [{ kind: "int64" }, [2n ** 63n - 1n, -(2n ** 63n), null]],
  [{ kind: "float32" }, [Math.fround(0.1), Number.NaN, -0]],
  [{ kind: "float64" }, [0.1 + 0.2, Number.NEGATIVE_INFINITY, 5e-324]],
  [{ kind: "decimal", precision: 38, scale: 3 }, ["-99999999999999999999999999999999999.999", "0.001", null]],
  [{ kind: "string" }, ["", "\u{1F600}\0ß", null]],
  [{ kind: "bytes" }, [new Uint8Array(), Uint8Array.of(0, 255), null]],
  [{ kind: "date" }, ["0001-01-01", "2001-03-01", null]],
  [{ kind: "timestamp" }, [-1n, 981_173_106_123_456n, null]],
  [{ kind: "list", element: { kind: "float64" } }, [[], [1, null, -0], null]],
  [{ kind: "vector", size: 2 }, [[1, 2], [-0, Math.fround(1.1)], null]],
  [{ kind: "struct", fields: [{ name: "a", type: { kind: "int64" } }] }, [{ a: 2n ** 60n }, { a: null }, null]],
  [{ kind: "json" }, ['{"a":1}', "null", null]],
];

function answer(t: bigint, over: Partial<TracedAnswer> = {}): TracedAnswer {
  const columns = TYPES.map(([type, values], i) => ({
    name: `c${i}`,
    type,
    values: values as Value[],
    statuses: values.map((v, row): Status => (v !== null ? "PRESENT" : row === 2 && i % 2 ? "EXPIRED" : "NULL")),
    eventTimes: values.map(() => null),
  }));
  return {
    service: "s",
    t,
    watermark: t,
    rows: 3,
    columns,
    errors: [{ row: 2, column: "c1", code: "STATE_CORRUPT", message: "" }],
    origin: {
      version: 7,
      inputs: [{ name: "k", type: { kind: "string" }, role: "key" }],
      values: [["a", null, "c"]],
      views,
      ahead: [{ row: 1, view: 0, stamp: { t: 5n, run: 9 } }],
    },
    ...over,
  };
}

const asked = { requestId: "r-1", at: true, wall: 1_700_000_000_123 };
const openLog = (options: Partial<ServingLogOptions> = {}) => openServingLog({ folder, sample: 1, ...options });

describe("a serving log", () => {
  it("gives back every bit of what was served", async () => {
    const log = openLog();
    log.add(answer(1n), asked);
    log.add(answer(2n), { ...asked, at: false });
    await log.close();
    const [file] = await read();
    const [first, second] = file?.answers ?? [];
    const wanted = answer(1n);
    expect(file).toMatchObject({ dropped: 0, damaged: 0 });
    expect(first).toMatchObject({ t: 1n, requestId: "r-1", asked: true, wall: 1_700_000_000_123_000n, rows: 3 });
    expect(second).toMatchObject({ t: 2n, asked: false });
    expect(first?.shape).toEqual({
      service: "s",
      version: 7,
      inputs: wanted.origin.inputs,
      columns: wanted.columns.map(({ name, type }) => ({ name, type })),
      views,
    });
    expect(first?.inputs).toEqual(wanted.origin.values);
    expect(first?.columns).toEqual(wanted.columns.map(({ values, statuses }) => ({ values, statuses })));
    expect(first?.errors).toEqual([{ row: 2, column: 1, code: "STATE_CORRUPT" }]);
    expect(first?.ahead).toEqual(wanted.origin.ahead);
    expect(log.state()).toMatchObject({ logged: 2, dropped: 0, error: null });
  });

  it("passes over a torn end, and what is damaged in the middle", async () => {
    const log = openLog();
    for (const t of [1n, 2n, 3n]) {
      log.add(answer(t), asked);
      await log.flush();
    }
    await log.close();
    const [path = ""] = await logFiles(folder);
    const bytes = await readFile(path);
    const block = bytes.length / 3;
    const damaged = Buffer.from(bytes);
    damaged[Math.floor(block * 1.5)] = (damaged[Math.floor(block * 1.5)] as number) ^ 1;
    await writeFile(path, damaged.subarray(0, bytes.length - 5));
    const [one] = await read();
    expect(one?.answers.map((a) => a.t)).toEqual([1n]);
    expect(one?.damaged).toBe(2);
    await writeFile(path, bytes);
    await appendFile(path, "LSL1 and then it was killed");
    const [all] = await read();
    expect(all?.answers.map((a) => a.t)).toEqual([1n, 2n, 3n]);
    expect(all?.damaged).toBe(1);
  });

  it("begins another file at a size, and removes the oldest beyond another", async () => {
    const log = openLog({ maxBytes: 4_000, keepBytes: 12_000 });
    for (let t = 0n; t < 40n; t++) {
      log.add(answer(t), asked);
      await log.flush();
    }
    await log.close();
    const files = await read();
    expect(files.length).toBeGreaterThan(1);
    expect(files.length).toBeLessThan(6);
    expect(files.at(-1)?.answers.at(-1)?.t).toBe(39n);
  });

  it("drops what it can't keep, and counts it", async () => {
    const log = openLog({ bufferBytes: 1_000 });
    for (let t = 0n; t < 5n; t++) {
      log.add(answer(t), asked);
      await new Promise(setImmediate);
    }
    await log.flush();
    log.add(answer(9n), asked);
    await log.close();
    const { logged, dropped } = log.state();
    expect(logged + dropped).toBe(6);
    expect(dropped).toBeGreaterThan(0);
    const files = await read();
    expect(files.reduce((n, f) => n + f.dropped, 0)).toBe(dropped);
    expect(files.flatMap((f) => f.answers).length).toBe(logged);
  });

  it("never fails an answer where it can't write", async () => {
    await writeFile(join(folder, "file"), "");
    const errors: unknown[] = [];
    const log = openLog({ folder: join(folder, "file", "below"), onError: (error) => errors.push(error) });
    log.add(answer(1n), asked);
    await log.flush();
    log.add(answer(2n), asked);
    await log.close();
    expect(log.state()).toMatchObject({ logged: 0, dropped: 2 });
    expect(log.state().error).toMatch(/ENOTDIR|EEXIST/);
    expect(errors.length).toBe(1);
  });

  it("takes a sample of a reader's answers, and those that say what they were made of", async () => {
    let n = 0;
    const log = openLog({ sample: 0.25, random: () => (n++ % 4) / 4 });
    const reader: FeatureReader = { read: async (_service, _rows, options) => answer(options?.at ?? 0n) };
    const logged = loggedReader(reader, log);
    for (let i = 0; i < 8; i++) expect((await logged.read("s", [], { at: 5n, requestId: `r${i}` })).t).toBe(5n);
    const { origin: _, ...bare } = answer(1n);
    await loggedReader({ read: async () => bare }, log).read("s", []);
    await log.close();
    const [file] = await read();
    expect(file?.answers.map((a) => a.requestId)).toEqual(["r0", "r4"]);
    expect(file?.answers.every((a) => a.asked)).toBe(true);
  });
});
