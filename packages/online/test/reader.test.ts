import {
  compileRepo,
  count,
  entity,
  featureService,
  featureView,
  instant,
  isLockstepError,
  onDemand,
  parquet,
  type StateLayout,
  stateLayout,
  sum,
  t,
  type Value,
} from "@lockstep/core";
import { beforeEach, describe, expect, it } from "vitest";
import type { Answer, ReadOptions, Serving } from "../src/answer.js";
import { encodeState } from "../src/codec.js";
import { encodeKey } from "../src/keys.js";
import { createReader } from "../src/reader.js";
import { type PlainState, stateBatchOf } from "./batch.js";
import { fakeStore } from "./fake-store.js";

const T = instant("2001-03-01T12:00Z");
const NOW = T + 5_000_000n;

const airport = entity("airport", { origin: t.string() });
const flights = parquet("flights", {
  path: "flights.parquet",
  columns: { departure: t.timestamp(), delay: t.int64(), origin: t.string(), tags: t.list(t.int64()) },
  eventTime: "departure",
});
const delays = featureView("delays", {
  entity: airport,
  source: flights,
  features: (f) => ({
    delay: f.delay,
    tags: f.tags,
    n: count().over("lifetime"),
    total: sum(f.delay).over("lifetime"),
  }),
});
const world = featureView("world", { source: flights, features: () => ({ flights: count().over("lifetime") }) });
const extra = featureView("extra", { entity: airport, source: flights, features: (f) => ({ last: f.delay }) });
const risk = onDemand("risk", {
  request: { scheduled: t.timestamp(), mode: t.string() },
  features: { delay: delays.f.delay, hidden: extra.f.last, tags: delays.f.tags },
  outputs: { score: t.int64(), label: t.string() },
  compute: ({ scheduled, mode, delay, hidden, tags }, context) => {
    if (mode === "throw") throw new Error("no such mode\nat secret.ts:1");
    if (mode === "promise") return Promise.resolve({}) as never;
    tags?.sort();
    tags?.push(99n);
    return {
      score: (mode === "wrong" ? "many" : (delay ?? -1n) * 100n + (hidden ?? 0n)) as bigint,
      label: `${mode} ${scheduled === null ? "never" : context.t - scheduled} ${tags?.length ?? 0}`,
    };
  },
});
const service = featureService("trip", [
  delays.pick("delay", "n", "total").rename({ n: "flights_seen" }),
  delays.as("dest", { origin: "destination" }).pick("delay", "tags"),
  world,
  risk,
]);
const plain = featureService("plain", [
  onDemand("double", {
    request: { x: t.int64() },
    outputs: { x: t.int64() },
    compute: ({ x }) => ({ x: x === null ? null : x * 2n }),
  }),
]);

const { ir, computations } = compileRepo("test", [service, plain]);
const serving: Serving = {
  repo: ir,
  computations,
  generations: new Map([
    ["delays", 11],
    ["world", 12],
    ["extra", 13],
  ]),
};
const layouts = new Map(ir.views.map((view) => [view.name, stateLayout(view)]));
const TEXT = [{ kind: "string" }] as const;

let fake: ReturnType<typeof fakeStore>;
beforeEach(async () => {
  fake = fakeStore();
  for (const generation of serving.generations.values()) await fake.store.publish(generation, { t: T, run: 1 });
  putDelays("ORD", 7n, 3n, 21n);
  putDelays("SFO", null, 1n, null);
  put(12, "world", "", [], { latest: null, tiles: [], lifetimes: [[[4n]]], events: [] });
  put(13, "extra", "airport", ["ORD"], { latest: { at: T - 1n, values: [5n] }, tiles: [], lifetimes: [], events: [] });
});

function put(
  generation: number,
  view: string,
  entityName: string,
  key: Value[],
  state: PlainState,
  at = T,
): Uint8Array {
  const layout = layouts.get(view) as StateLayout;
  const bytes = encodeState(layout, stateBatchOf(layout, [], [state]), 0, { t: at, run: 1 });
  fake.put(generation, encodeKey(entityName, TEXT.slice(0, key.length), key) as Uint8Array, bytes);
  return bytes;
}

function putDelays(origin: string, delay: bigint | null, n: bigint, total: bigint | null, at = T): Uint8Array {
  const latest = { at: T - 60_000_000n, values: [delay, [2n, 1n]] };
  return put(11, "delays", "airport", [origin], { latest, tiles: [], lifetimes: [[[n], [total]]], events: [] }, at);
}

const reader = () => createReader({ store: fake.store, serving: () => serving, now: () => NOW });
const read = (rows: readonly Record<string, unknown>[], options?: ReadOptions) => reader().read("trip", rows, options);
const trip = { origin: "ORD", destination: "SFO", scheduled: T, mode: "ok" };
const column = (answer: Answer, name: string) => answer.columns.find((c) => c.name === name);
const record = (answer: Answer, row: number) =>
  Object.fromEntries(answer.columns.map((c) => [c.name, [c.values[row], c.statuses[row]]]));
const codesOf = async (attempt: Promise<unknown>): Promise<string[]> => {
  try {
    await attempt;
    return [];
  } catch (error) {
    if (!isLockstepError(error)) throw error;
    return error.diagnostics.map((d) => `${d.code} at ${d.place}: ${d.what}`);
  }
};

describe("a service's answer", () => {
  it("has every column of every row, in order", async () => {
    const answer = await read([trip, { ...trip, origin: "SFO", destination: "XXX", scheduled: null }]);
    expect(answer.columns.map((c) => c.name)).toEqual([
      "delays__delay",
      "flights_seen",
      "delays__total",
      "dest__delay",
      "dest__tags",
      "world__flights",
      "risk__score",
      "risk__label",
    ]);
    expect(record(answer, 0)).toEqual({
      delays__delay: [7n, "PRESENT"],
      flights_seen: [3n, "PRESENT"],
      delays__total: [21n, "PRESENT"],
      dest__delay: [null, "NULL"],
      dest__tags: [[2n, 1n], "PRESENT"],
      world__flights: [4n, "PRESENT"],
      risk__score: [705n, "PRESENT"],
      risk__label: ["ok 5000000 3", "PRESENT"],
    });
    expect(record(answer, 1)).toEqual({
      delays__delay: [null, "NULL"],
      flights_seen: [1n, "PRESENT"],
      delays__total: [null, "NULL"],
      dest__delay: [null, "MISSING"],
      dest__tags: [null, "MISSING"],
      world__flights: [4n, "PRESENT"],
      risk__score: [-100n, "PRESENT"],
      risk__label: ["ok never 3", "PRESENT"],
    });
    expect(column(answer, "delays__delay")?.eventTimes).toEqual([T - 60_000_000n, T - 60_000_000n]);
    expect(column(answer, "dest__delay")?.eventTimes).toEqual([T - 60_000_000n, null]);
    expect(column(answer, "flights_seen")?.eventTimes).toEqual([null, null]);
    expect(column(answer, "delays__delay")?.type).toEqual({ kind: "int64" });
    const { origin, ...told } = answer;
    expect(origin).toMatchObject({ version: null, ahead: [] });
    expect(origin?.views.every(({ mark }) => mark.t === T)).toBe(true);
    expect({ ...told, columns: [] }).toEqual({
      service: "trip",
      t: NOW,
      watermark: T,
      rows: 2,
      columns: [],
      errors: [],
    });
  });

  it("is read in one round trip, each key once", async () => {
    await read([trip, trip, { ...trip, origin: "SFO", destination: "ORD" }]);
    expect(fake.reads.length).toBe(1);
    const [{ keys, generations } = { keys: [], generations: [] }] = fake.reads;
    expect([...generations].sort()).toEqual([11, 12, 13]);
    const asked = keys.map((k) => [Buffer.from(k.key).toString("latin1"), [...k.generations].sort()]);
    expect(asked.sort()).toEqual([
      ["\0", [12]],
      ["\u0007airport\u0003ORD", [11, 13]],
      ["\u0007airport\u0003SFO", [11, 13]],
    ]);
  });

  it("has only the columns asked for, needs only their inputs and reads only their views", async () => {
    const answer = await read([{ origin: "ORD" }], { columns: ["flights_seen", "delays__delay", "flights_seen"] });
    expect(record(answer, 0)).toEqual({ flights_seen: [3n, "PRESENT"], delays__delay: [7n, "PRESENT"] });
    expect(answer.columns.map((c) => c.name)).toEqual(["flights_seen", "delays__delay"]);
    expect(fake.reads[0]?.generations).toEqual([11]);
    const { destination, ...rest } = trip;
    expect(record(await read([rest], { columns: ["risk__score"] }), 0)).toEqual({ risk__score: [705n, "PRESENT"] });
    expect(destination).toBe("SFO");
  });

  it("needs no store where no view is read", async () => {
    const answer = await reader().read("plain", [{ x: 21 }, { x: null }]);
    expect(column(answer, "double__x")?.values).toEqual([42n, null]);
    expect([answer.t, answer.watermark, fake.reads]).toEqual([NOW, null, []]);
  });

  it("may be of no rows", async () => {
    const answer = await read([]);
    expect([answer.rows, answer.columns.length, answer.columns[0]?.values]).toEqual([0, 8, []]);
  });

  it("treats a null key as one never seen, for the views that use it", async () => {
    const answer = await read([{ ...trip, destination: null }]);
    expect(record(answer, 0)).toMatchObject({ dest__delay: [null, "MISSING"], delays__delay: [7n, "PRESENT"] });
  });
});

describe("a request", () => {
  it("is refused with the rows and fields that are wrong", async () => {
    const rows = [
      trip,
      { ...trip, orgin: "ORD", origin: undefined },
      { ...trip, scheduled: "soon" },
      null as never,
      { ...trip, origin: "\ud800" },
    ];
    expect(await codesOf(read(rows))).toEqual([
      "INPUT_MISSING at row 1, field 'origin': the key is missing, and there is 'orgin'",
      `VALUE_INVALID at row 2, field 'scheduled': "soon" is not a timestamp`,
      "ROW_INVALID at row 3: it is not an object",
      "VALUE_INVALID at row 4, field 'origin': its text holds half of a surrogate pair",
    ]);
  });

  it("is refused where a service or a column is not there", async () => {
    expect(await codesOf(reader().read("trp", []))).toEqual([
      "SERVICE_UNKNOWN at undefined: there is no feature service 'trp' (did you mean 'trip'?)",
    ]);
    expect(await codesOf(read([trip], { columns: ["flights_sen"] }))).toEqual([
      "COLUMN_UNKNOWN at feature service 'trip': there is no column 'flights_sen' (did you mean 'flights_seen'?)",
    ]);
  });

  it("fails where a view was never completely materialized", async () => {
    const generations = new Map([...serving.generations, ["world", 99]]);
    const other = createReader({
      store: fake.store,
      serving: async () => ({ ...serving, generations }),
      now: () => NOW,
    });
    const [code, ...more] = await codesOf(other.read("trip", [trip]));
    expect([code, more]).toEqual([expect.stringContaining("NOT_MATERIALIZED at view 'world'"), []]);
    expect(await codesOf(other.read("trip", [trip], { columns: ["delays__delay"] }))).toEqual([]);
    const none = createReader({
      store: fake.store,
      serving: () => ({ ...serving, generations: new Map() }),
      now: () => NOW,
    });
    expect((await codesOf(none.read("trip", [trip])))[0]).toContain("NOT_MATERIALIZED");
  });
});

describe("a store that is behind the registry", () => {
  const behind = (t: bigint, run: number) =>
    createReader({
      store: fake.store,
      serving: () => serving,
      now: () => NOW,
      completed: () => new Map([[11, { t, run }]]),
    });

  it("has lost something, and fails", async () => {
    for (const reader of [behind(T + 1n, 1), behind(T, 2)]) {
      const [code, ...more] = await codesOf(reader.read("trip", [trip]));
      expect([code, more]).toEqual([expect.stringContaining("STORE_ROLLED_BACK at view 'delays'"), []]);
    }
  });

  it("has not where it is at the run, or at a later one", async () => {
    for (const reader of [behind(T, 1), behind(T - 1n, 9)])
      expect(await codesOf(reader.read("trip", [trip]))).toEqual([]);
  });
});

describe("the instant of a request", () => {
  it("is what it asks for, if no T is later", async () => {
    expect((await read([trip], { at: T })).t).toBe(T);
    expect(await codesOf(read([trip], { at: T - 1n }))).toEqual([
      expect.stringContaining("BEFORE_WATERMARK at view 'delays'"),
    ]);
  });

  it("is the greatest T where the clock is behind", async () => {
    await fake.store.publish(12, { t: NOW + 7n, run: 2 });
    const answer = await read([trip]);
    expect([answer.t, answer.watermark]).toEqual([NOW + 7n, NOW + 7n]);
    expect(await codesOf(read([trip], { at: NOW }))).toEqual([
      expect.stringContaining("BEFORE_WATERMARK at view 'world'"),
    ]);
  });

  it("is not before the stamp of a key that a run under way has written", async () => {
    putDelays("ORD", 8n, 4n, 22n, NOW + 9n);
    const answer = await read([trip]);
    expect([answer.t, answer.watermark]).toEqual([NOW + 9n, T]);
    expect(await codesOf(read([trip], { at: NOW }))).toEqual([
      expect.stringContaining("BEFORE_WATERMARK at view 'delays'"),
    ]);
    expect((await read([{ ...trip, origin: "SFO" }], { at: NOW })).t).toBe(NOW);
  });
});

describe("what fails for one row", () => {
  it("leaves the others: an on-demand function that throws, and one that gives another type", async () => {
    const answer = await read(["throw", "wrong", "ok", "promise"].map((mode) => ({ ...trip, mode })));
    expect(column(answer, "risk__score")?.values).toEqual([null, null, 705n, null]);
    expect(column(answer, "risk__label")?.statuses).toEqual(["NULL", "PRESENT", "PRESENT", "NULL"]);
    expect(answer.errors.map((e) => `${e.row} ${e.column} ${e.code} ${e.message}`)).toEqual([
      "0 risk__score ON_DEMAND_FAILED on-demand feature 'risk': it failed: no such mode",
      "1 risk__score ON_DEMAND_FAILED on-demand feature 'risk': its output 'score' is not a int64",
      "3 risk__score ON_DEMAND_FAILED on-demand feature 'risk': it must give an object with its outputs, synchronously",
      "0 risk__label ON_DEMAND_FAILED on-demand feature 'risk': it failed: no such mode",
      "3 risk__label ON_DEMAND_FAILED on-demand feature 'risk': it must give an object with its outputs, synchronously",
    ]);
  });

  it("leaves the others: bytes whose stamp is damaged, and not taken for those of a key that is gone", async () => {
    await fake.store.publish(11, { t: T, run: 2, floor: { t: T, run: 1 } });
    const bytes = putDelays("ORD", 7n, 3n, 21n);
    const put = (damaged: Uint8Array) => fake.put(11, encodeKey("airport", TEXT, ["ORD"]) as Uint8Array, damaged);
    for (let at = 0; at < bytes.length; at++) {
      put(bytes.with(at, (bytes[at] as number) ^ 1));
      const { errors } = await read([trip], { columns: ["flights_seen"] });
      expect(errors.map((e) => e.code)).toEqual(["STATE_CORRUPT"]);
    }
  });

  it("leaves the others: bytes that are damaged, also for what is computed from them", async () => {
    const bytes = putDelays("ORD", 7n, 3n, 21n);
    fake.put(11, encodeKey("airport", TEXT, ["ORD"]) as Uint8Array, bytes.with(20, (bytes[20] as number) ^ 1));
    const answer = await read([trip, { ...trip, origin: "SFO" }]);
    const failed = answer.errors.filter((e) => e.code === "STATE_CORRUPT");
    expect(failed.map((e) => [e.row, e.column])).toEqual(
      ["delays__delay", "flights_seen", "delays__total", "risk__score", "risk__label"].map((name) => [0, name]),
    );
    expect(failed[0]?.message).toContain(`view 'delays', origin "ORD": a state's bytes are damaged`);
    expect(answer.errors.length).toBe(failed.length);
    expect(record(answer, 0)).toMatchObject({
      delays__delay: [null, "NULL"],
      dest__delay: [null, "NULL"],
      world__flights: [4n, "PRESENT"],
    });
    expect(record(answer, 1)).toMatchObject({ flights_seen: [1n, "PRESENT"], risk__score: [-100n, "PRESENT"] });
  });

  it("leaves the others: a sum that does not fit, with its key", async () => {
    putDelays("ORD", 7n, 3n, 2n ** 63n);
    const answer = await read([trip, trip, { ...trip, origin: "SFO" }]);
    expect(column(answer, "delays__total")?.values).toEqual([null, null, null]);
    expect(column(answer, "delays__delay")?.values).toEqual([7n, 7n, null]);
    expect(answer.errors.map((e) => `${e.row} ${e.column} ${e.code} ${e.message}`)).toEqual(
      [0, 1].map(
        (row) => `${row} delays__total AGGREGATE_OVERFLOW view 'delays', origin "ORD": the sum does not fit 64 bits`,
      ),
    );
  });

  it("is not a row that another row's function changed", async () => {
    const answer = await read([{ ...trip, destination: "ORD" }, trip]);
    expect(column(answer, "risk__label")?.values).toEqual(["ok 5000000 3", "ok 5000000 3"]);
    expect(column(answer, "dest__tags")?.values[0]).toEqual([2n, 1n]);
  });
});
