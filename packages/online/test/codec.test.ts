import type { StateLayout, TypeIR, Value } from "@lockstep/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeState, encodeState } from "../src/codec.js";
import type { Stamp } from "../src/store.js";
import { PLAIN, stateOf } from "./arbitraries.js";
import { type PlainState, rawColumn, stateBatchOf } from "./batch.js";
import { keyStateOf } from "./plain-key-state.js";
import { everyView, layoutOf, tenFloats } from "./views.js";

const stampOf = fc.record(
  { t: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), run: fc.integer({ min: 0, max: 2 ** 32 - 1 }) },
  PLAIN,
);
const encoded = (layout: StateLayout, state: PlainState, stamp: Stamp, raw = false) =>
  encodeState(layout, stateBatchOf(layout, [], [state], raw), 0, stamp);

describe("a state's bytes", () => {
  const layout = layoutOf(everyView);

  it("come back as they went, for every type", () => {
    fc.assert(
      fc.property(stateOf(layout), stampOf, fc.boolean(), (state, stamp, raw) => {
        expect(decodeState(layout, encoded(layout, state, stamp, raw))).toStrictEqual(keyStateOf(layout, state, stamp));
      }),
      { numRuns: 500 },
    );
  });

  it("are of their own row of a batch, and stay as they are while others are written", () => {
    fc.assert(
      fc.property(fc.array(stateOf(layout), { minLength: 2, maxLength: 6 }), stampOf, (states, stamp) => {
        const batch = stateBatchOf(layout, [], states);
        const all = states.map((_, row) => encodeState(layout, batch, row, stamp));
        all.forEach((bytes, row) => {
          expect(decodeState(layout, bytes)).toStrictEqual(keyStateOf(layout, states[row] as PlainState, stamp));
        });
      }),
      { numRuns: 100 },
    );
  });

  it("may be larger than any buffer was", () => {
    const at = Array.from({ length: 10_000 }, (_, i) => BigInt(i) * 1_000_000n);
    const inputs = layout.inputs.map(({ type }): Value => (type.kind === "string" ? "x".repeat(100) : null));
    const state = { latest: null, tiles: [], lifetimes: [], events: at.map((a) => ({ at: a, inputs })) };
    const bytes = encoded(layout, state, { t: 0n, run: 1 });
    expect(bytes.length).toBeGreaterThan(1_000_000);
    expect(decodeState(layout, bytes).events.inputs[layout.inputs.findIndex((i) => i.type.kind === "string")]).toEqual(
      at.map(() => "x".repeat(100)),
    );
  });

  it("do not hold on to the memory that they were read from", () => {
    const only = layout.inputs.findIndex((i) => i.type.kind === "bytes");
    const inputs = layout.inputs.map((_, i): Value => (i === only ? Uint8Array.of(1, 2, 3) : null));
    const bytes = Buffer.from(
      encoded(layout, { latest: null, tiles: [], lifetimes: [], events: [{ at: 0n, inputs }] }, { t: 0n, run: 1 }),
    );
    const state = decodeState(layout, bytes);
    bytes.fill(0);
    expect(state.events.inputs[only]).toEqual([Uint8Array.of(1, 2, 3)]);
  });

  it("take at most 110 bytes for ten float64 row features", () => {
    const floats = layoutOf(tenFloats);
    const latest = { at: 983_448_000_000_000n, values: Array.from({ length: 10 }, (_, i) => i / 3) };
    const state: PlainState = { latest, tiles: [], lifetimes: [], events: [] };
    expect(encoded(floats, state, { t: 983_448_000_000_000n, run: 12 }, true).length).toBeLessThanOrEqual(110);
  });

  it("have one NaN, whatever its payload, and keep -0", () => {
    const floats = layoutOf(tenFloats);
    const odd = new Float64Array(new BigUint64Array([0xfff8_0000_0000_1234n]).buffer);
    const batch = stateBatchOf(
      floats,
      [],
      [{ latest: { at: 0n, values: Array(10).fill(-0) }, tiles: [], lifetimes: [], events: [] }],
      true,
    );
    const column = { ...rawColumn({ kind: "float64" }, [0]), raw: odd, get: () => odd[0] as number };
    const plain = rawColumn({ kind: "float64" }, [Number.NaN]);
    const of = (first: typeof column) =>
      encodeState(
        floats,
        { ...batch, latest: batch.latest && { at: batch.latest.at, values: [first, ...batch.latest.values.slice(1)] } },
        0,
        { t: 0n, run: 1 },
      );
    expect(of(column)).toEqual(of(plain as typeof column));
    expect(decodeState(floats, of(column)).latest?.values.slice(0, 2)).toEqual([Number.NaN, -0]);
  });

  it.each<[string, TypeIR["kind"], Value]>([
    ["half of a surrogate pair", "string", "a\ud800"],
    ["a day that does not exist", "date", "2001-02-30"],
    ["a vector of another size", "vector", [1, 2]],
  ])("refuse %s", (_what, kind, value) => {
    const inputs = layout.inputs.map(({ type }): Value => (type.kind === kind ? value : null));
    const state: PlainState = { latest: null, tiles: [], lifetimes: [], events: [{ at: 0n, inputs }] };
    expect(() => encoded(layout, state, { t: 0n, run: 1 })).toThrow(/_INVALID/);
  });

  it("refuse rows and tiles out of order, and tiles beside their grid", () => {
    const inputs = layout.inputs.map(() => null);
    const events = (...at: bigint[]): PlainState => ({
      latest: null,
      tiles: [],
      lifetimes: [],
      events: at.map((a) => ({ at: a, inputs })),
    });
    const group = layout.tiles.findIndex((g) => g.hop === 60_000_000);
    const tiles = (...starts: bigint[]): PlainState => ({
      latest: null,
      lifetimes: [],
      events: [],
      tiles: layout.tiles.map((g, i) =>
        i === group
          ? starts.map((start) => ({ start, partials: g.partials.map((p) => p.storage.map(() => null)) }))
          : [],
      ),
    });
    const write = (state: PlainState) => () => encoded(layout, state, { t: 0n, run: 1 });
    expect(write(events(1n, 1n, 2n))).not.toThrow();
    expect(write(events(2n, 1n))).toThrow("STATE_INVALID");
    expect(write(tiles(-60_000_000n, 0n, 120_000_000n))).not.toThrow();
    expect(write(tiles(0n, 0n))).toThrow("STATE_INVALID");
    expect(write(tiles(1n))).toThrow("STATE_INVALID");
  });
});
