import {
  compileRepo,
  count,
  type Duration,
  durationMicros,
  entity,
  featureService,
  featureView,
  floorTo,
  last,
  parquet,
  sum,
  t,
  type WindowOptions,
} from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { bothSides } from "../support/both-sides.js";
import { serve } from "../support/serve.js";
import { frameOf, tablesOf } from "../support/tables.js";

// Windows of one hop share their tiles, whatever their sizes, predicates and the order in which they are declared, and
// long ones have tiles of an hour besides; each still reaches back and on as far as itself alone.

const MINUTE = 60_000_000n;
const START = 983448000000000n;
const SIZES: readonly Duration[] = ["1h", "3h", "2h"];
const SLIDING: readonly Duration[] = ["4h", "5h", "90m"];
const OFFSETS: readonly Duration[] = ["0s", "50m", "2h"];

const events = parquet("events", {
  path: "events.parquet",
  columns: { at: t.timestamp(), k: t.string(), x: t.int64() },
  eventTime: "at",
});

/** One event every ten minutes for six hours; each is told apart in a sum. */
const rows = Array.from({ length: 36 }, (_, i) => ({
  at: START + BigInt(i * 10) * MINUTE,
  k: "a",
  x: 1n << BigInt(i),
}));

interface Window {
  readonly name: string;
  readonly shape: "sawtooth" | "hopping" | "sliding";
  readonly size: Duration;
  readonly hop: Duration;
  readonly bounds: "[)" | "(]" | "[]" | "()";
  readonly offset: Duration;
  readonly odd: boolean;
}
const window = (size: Duration, more: Partial<Window> = {}): Window => {
  const whole = { shape: "sawtooth", size, hop: "30m", bounds: "[)", offset: "0s", odd: false, ...more } as const;
  const { shape, hop, bounds, offset, odd } = whole;
  const ends = bounds.replaceAll(/[[\]]/g, "in").replaceAll(/[()]/g, "out");
  const parts = [shape, size, hop, ends, offset, ...(odd ? ["odd"] : [])];
  return { name: `w_${parts.join("_")}`, ...whole };
};
const micros = (duration: Duration) => BigInt(durationMicros(duration));

/** What the window holds of the events known by `known`, by the definition of its shape. */
function inside(window: Window, at: bigint, known: bigint): bigint[] {
  const { shape, bounds, odd } = window;
  const [size, hop] = [micros(window.size), micros(window.hop)];
  const q = at - micros(window.offset);
  const to = shape === "hopping" ? floorTo(q, hop) : q;
  const from = shape === "sawtooth" ? floorTo(q - size, hop) : to - size;
  const within = (e: bigint) =>
    (bounds.startsWith("[") ? e >= from : e > from) && (bounds.endsWith("]") ? e <= to : e < to);
  return rows.filter((row) => row.at <= known && within(row.at) && (!odd || row.x > 1n << 20n)).map((row) => row.x);
}

const optionsOf = ({ shape, hop, bounds, offset }: Omit<Window, "name" | "size" | "odd">) =>
  ({ shape, ...(shape === "sliding" ? {} : { hop }), bounds, offset }) as WindowOptions;

const GROUPS: Readonly<Record<string, readonly Window[]>> = {
  sizes: SIZES.map((size) => window(size)),
  "sizes in another order": [...SIZES].reverse().map((size) => window(size)),
  "sizes, the widest first": (["3h", "2h", "1h"] as const).map((size) => window(size)),
  bounds: [window("1h"), window("1h", { bounds: "(]" }), window("2h", { bounds: "(]" })],
  offsets: [window("1h"), window("1h", { offset: "50m" }), window("2h", { offset: "25m" })],
  hops: [window("1h"), window("1h", { hop: "20m" }), window("2h", { hop: "1h" })],
  predicates: [window("2h"), window("2h", { odd: true }), window("1h", { odd: true })],
  shapes: [window("2h", { shape: "sliding" }), window("2h"), window("2h", { shape: "hopping" })],
  "standard hops": [window("1h", { hop: "1m" }), window("5h", { hop: "1h" }), window("3h", { hop: "5m" })],
  "bounds, over long times": (["[)", "(]"] as const).map((bounds) => window("6h", { hop: "5m", bounds })),
  "hopping windows' sizes": (["1h", "2h"] as const).map((size) => window(size, { shape: "hopping" })),
  "hopping windows' hops": (["5m", "1h"] as const).map((hop) => window("2h", { shape: "hopping", hop })),
  "a hop of several tiles": [window("6h", { shape: "hopping", hop: "6h" })],
  "sliding windows' sizes": SLIDING.map((size) => window(size, { shape: "sliding" })),
  "sliding windows' bounds": (["[)", "(]", "[]", "()"] as const).map((bounds) =>
    window("4h", { shape: "sliding", bounds }),
  ),
  "sliding windows' offsets": OFFSETS.map((offset) => window("5h", { shape: "sliding", offset })),
};

describe.each(Object.entries(GROUPS))("windows that differ in %s", (_, windows) => {
  const sides = bothSides();

  const view = featureView("v", {
    entity: entity("thing", { k: t.string() }),
    source: events,
    features: (f) =>
      Object.fromEntries(
        windows.flatMap(({ name, shape, size, hop, bounds, offset, odd }) =>
          [sum(f.x), count(), last(f.x)].map((aggregate, i) => {
            const chosen = odd ? aggregate.where(f.x.gt(1n << 20n)) : aggregate;
            return [`${name}_${i}`, chosen.over(size, optionsOf({ shape, hop, bounds, offset }))];
          }),
        ),
      ),
  });
  const service = featureService("s", [view]);
  const expected = (at: bigint, known: bigint) =>
    Object.fromEntries(
      windows.flatMap((w) => {
        const found = inside(w, at, known);
        const total = found.length > 0 ? found.reduce((a, b) => a + b) : null;
        return [total, BigInt(found.length), found.at(-1) ?? null].map((value, i) => [`v__${w.name}_${i}`, value]);
      }),
    );
  const instants = Array.from(
    { length: 330 },
    (_, i) => START + BigInt(Math.trunc(i / 3) * 5) * MINUTE + BigInt((i % 3) - 1),
  );

  it.each([{ dense: false }, { dense: true }])("offline, dense: $dense", async ({ dense }) => {
    const labels = instants.map((at) => ({ k: "a", t: at }));
    const frame = await frameOf(sides.db, service, { events: rows }, { labels, timestamp: "t", dense });
    expect(await frame.rows()).toEqual(labels.map((label) => ({ ...label, ...expected(label.t, label.t) })));
  });

  it("online, from a watermark on", async () => {
    const sources = await tablesOf(sides.db, compileRepo("p", [service]).ir, { events: rows });
    for (const minutes of [95n, 210n, 365n]) {
      const watermark = START + minutes * MINUTE;
      const { reader } = await serve(sides.db, sides.store, service, sources, watermark);
      for (const at of instants.filter((instant) => instant >= watermark)) {
        const { columns } = await reader.read("s", [{ k: "a" }], { at });
        const values = Object.fromEntries(columns.map((c) => [c.name, c.values[0]]));
        expect({ at, ...values }).toEqual({ at, ...expected(at, watermark) });
      }
    }
  });
});
