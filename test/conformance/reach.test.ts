import {
  compileRepo,
  count,
  type Duration,
  durationMicros,
  entity,
  featureService,
  featureView,
  parquet,
  t,
} from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { bothSides } from "../support/both-sides.js";
import { serve } from "../support/serve.js";
import { frameOf, tablesOf } from "../support/tables.js";

// A query reads events only as far back, and as far on, as its labels' windows reach. Among many labels an event that
// one of them needs is read for another's sake; so here a label is alone, with the one event at its window's edge.

const events = parquet("events", {
  path: "events.parquet",
  columns: { at: t.timestamp(), k: t.string(), x: t.int64() },
  eventTime: "at",
});
const thing = entity("thing", { k: t.string() });
const micros = (duration: Duration) => BigInt(durationMicros(duration));
const ODD = 983448000000000n + 12_345_678n;

const OFFSETS: readonly Duration[] = ["0s", "90s", "7h"];
const WINDOWS = [
  { size: "1h", options: { shape: "sliding", bounds: "[]" }, hop: "0s", beyond: 0n },
  { size: "1h", options: { shape: "sliding", bounds: "(]" }, hop: "0s", beyond: -1n },
  { size: "1h", options: { shape: "sawtooth", hop: "7m", bounds: "[)" }, hop: "7m", beyond: -1n },
  { size: "1h", options: { shape: "sawtooth", hop: "1h", bounds: "[)" }, hop: "1h", beyond: -1n },
  { size: "1d", options: {}, hop: "1h", beyond: -1n },
] as const;
const CASES = WINDOWS.flatMap((window) => OFFSETS.map((offset) => ({ ...window, offset })));

describe("the oldest and the newest event that count", () => {
  const sides = bothSides();

  it.each(CASES)("of $size $options offset $offset", async ({ size, options, hop, offset, beyond }) => {
    const view = featureView("v", {
      entity: thing,
      source: events,
      features: (f) => ({ n: count(f.x).over(size, { ...options, offset } as never) }),
    });
    const service = featureService("s", [view]);
    // An event on the grid of tiles is let go of when the next grid line has come to be a window's size ago.
    const step = micros(hop);
    const at = step === 0n ? ODD : ODD - (ODD % step);
    const newest = at + micros(size) + step + micros(offset) + beyond;
    const rows = { events: [{ at, k: "a", x: 1n }] };
    const sources = await tablesOf(sides.db, compileRepo("p", [service]).ir, rows);
    for (const [instant, wanted] of [
      [newest, 1n],
      [newest + 1n, 0n],
    ] as const) {
      for (const dense of [false, true]) {
        const labels = [{ k: "a", t: instant }];
        const frame = await frameOf(sides.db, service, rows, { labels, timestamp: "t", dense });
        expect(await frame.rows()).toEqual([{ ...labels[0], v__n: wanted }]);
      }
      const { reader } = await serve(sides.db, sides.store, service, sources, instant);
      expect((await reader.read("s", [{ k: "a" }])).columns[0]?.values).toEqual([wanted]);
    }
  });

  it("of a window that takes in its end, and of the latest value, is the one at the instant itself", async () => {
    const view = featureView("v", {
      entity: thing,
      source: events,
      features: (f) => ({ x: f.x, n: count().over("1h", { shape: "sliding", bounds: "(]" }) }),
    });
    const rows = { events: [{ at: ODD, k: "a", x: 7n }] };
    const labels = [{ k: "a", t: ODD }];
    const frame = await frameOf(sides.db, featureService("s", [view]), rows, { labels, timestamp: "t" });
    expect(await frame.rows()).toEqual([{ ...labels[0], v__x: 7n, v__n: 1n }]);
  });
});
