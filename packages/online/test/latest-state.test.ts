import {
  compileRepo,
  count,
  entity,
  featureView,
  instant,
  parquet,
  type StateLayout,
  stateLayout,
  t,
  type Value,
} from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { decodeState, encodeState } from "../src/codec.js";
import { latestSlots } from "../src/latest-slots.js";
import { LatestState } from "../src/latest-state.js";
import { markBytes } from "../src/mark.js";
import { openState } from "../src/open-state.js";
import { type PlainState, stateBatchOf } from "./batch.js";

const T = instant("2001-03-01T12:00Z");
const STAMP = { t: T, run: 3 };
const columns = {
  a: t.int32(),
  b: t.int64(),
  c: t.float32(),
  d: t.float64(),
  e: t.date(),
  f: t.timestamp(),
  g: t.float64(),
  h: t.float64(),
  i: t.int64(),
};
const source = parquet("s", {
  path: "s.parquet",
  columns: { at: t.timestamp(), id: t.int64(), text: t.string(), ok: t.bool(), ...columns },
  eventTime: "at",
});
const owner = entity("owner", { id: t.int64() });
const layoutOf = (view: unknown): StateLayout => stateLayout(compileRepo("p", [view]).ir.views[0] as never);

const fixed = layoutOf(
  featureView("v", {
    entity: owner,
    source,
    features: ({ a, b, c, d, e, f, g, h, i }) => ({ a, b, c, d, e, f, g, h, i }),
  }),
);
const FULL: readonly Value[] = [-7, -(2n ** 63n), 1.5, -0, "2000-02-29", T, Number.NaN, Infinity, 2n ** 62n];

const bytesOf = (state: PlainState) => encodeState(fixed, stateBatchOf(fixed, [], [state]), 0, STAMP);
const plain = (latest: PlainState["latest"], events: PlainState["events"] = []): PlainState => ({
  latest,
  tiles: [],
  lifetimes: [],
  events,
});
const opened = (bytes: Uint8Array) => LatestState.of(openState(fixed, bytes), latestSlots(fixed) as never);

describe("a state of a winner alone", () => {
  const nulls = FULL.map((_, i) => FULL.map((value, j) => (i === j ? null : value)));
  const winners = [FULL, ...nulls, FULL.map(() => null), FULL.map((value, i) => (i % 2 === 0 ? value : null))];

  it.each(winners.map((values, i) => [i, values] as const))("is read where it lies: %i", (_, values) => {
    const bytes = bytesOf(plain({ at: T - 5n, values }));
    // At another offset of another buffer, as a store may give it.
    const moved = Buffer.concat([Buffer.alloc(3), bytes]).subarray(3);
    const state = opened(moved) as LatestState;
    const whole = decodeState(fixed, bytes);
    expect(state.latest).toEqual(whole.latest);
    expect(values.map((_, i) => state.value(i))).toEqual(values);
    expect([state.stamp, state.events, state.tiles, state.lifetimes]).toEqual([
      whole.stamp,
      whole.events,
      whole.tiles,
      whole.lifetimes,
    ]);
  });

  it("may have no winner", () => {
    const state = opened(bytesOf(plain(null))) as LatestState;
    expect([state.at, state.latest]).toEqual([null, null]);
  });

  it("knows whether its stamp is greater than another", () => {
    const state = opened(bytesOf(plain({ at: T, values: FULL }))) as LatestState;
    const after = (stamp: { t: bigint; run: number }) => state.isAfter(markBytes(stamp));
    expect([after(STAMP), after({ t: T, run: 2 }), after({ t: T - 1n, run: 9 }), after({ t: T + 1n, run: 0 })]).toEqual(
      [false, true, true, false],
    );
  });
});

describe("what is decoded whole", () => {
  it("is a state that has events", () => {
    const row = { at: T + 1n, inputs: FULL } as unknown as PlainState["events"][number];
    expect(opened(bytesOf(plain({ at: T, values: FULL }, [row])))).toBeNull();
  });

  it("is a layout with anything but values of fixed width", () => {
    const text = layoutOf(featureView("v", { entity: owner, source, features: (f) => ({ a: f.a, text: f.text }) }));
    const bool = layoutOf(featureView("v", { entity: owner, source, features: (f) => ({ ok: f.ok }) }));
    const window = layoutOf(
      featureView("v", { entity: owner, source, features: (f) => ({ a: f.a, n: count().over("1d") }) }),
    );
    const ever = layoutOf(
      featureView("v", { entity: owner, source, features: (f) => ({ a: f.a, n: count().over("lifetime") }) }),
    );
    expect([text, bool, window, ever].map(latestSlots)).toEqual([null, null, null, null]);
  });
});
