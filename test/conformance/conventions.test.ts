import {
  type Aggregate,
  compileRepo,
  count,
  type Duration,
  durationMicros,
  entity,
  featureService,
  featureView,
  instant,
  last,
  parquet,
  sum,
  t,
  type WindowFeature,
} from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { evaluate, type OracleFeature, type OracleWindow, type Row } from "../oracle/index.js";
import { bothSides } from "../support/both-sides.js";
import { serve } from "../support/serve.js";
import { frameOf, tablesOf } from "../support/tables.js";

/** A window as a system of the field has it, in our words and in the oracle's. */
interface Convention {
  readonly declare: (aggregate: Aggregate) => WindowFeature;
  readonly oracle: { readonly window: OracleWindow; readonly bounds: "[)" | "[]" | "(]" };
}

const micros = (duration: Duration) => BigInt(durationMicros(duration));

const sliding = (size: Duration, bounds: "[)" | "[]" | "(]"): Convention => ({
  declare: (aggregate) => aggregate.over(size, { shape: "sliding", bounds }),
  oracle: { window: { shape: "sliding", size: micros(size) }, bounds },
});

/** Our own defaults: nothing but the size is said. */
const byDefault = (size: Duration): Convention => ({
  declare: (aggregate) => aggregate.over(size),
  oracle: { window: { shape: "sawtooth", size: micros(size) }, bounds: "[)" },
});

const hopping = (size: Duration, hop: Duration): Convention => ({
  declare: (aggregate) => aggregate.over(size, { shape: "hopping", hop }),
  oracle: { window: { shape: "hopping", size: micros(size), hop: micros(hop) }, bounds: "[)" },
});

interface Expected {
  readonly at: string;
  readonly sum: bigint | null;
  readonly count: bigint;
  readonly last: bigint | null;
}
interface Example {
  readonly store: string;
  readonly convention: Convention;
  /** When each event happened. The amounts are 1, 10, 100, ..: a sum says which of them are in the window. */
  readonly events: readonly string[];
  readonly expected: readonly Expected[];
}

const DAY = "2001-03-01T";

/** Each worked out by hand from what the system's own documentation says its window is. */
const EXAMPLES: readonly Example[] = [
  {
    // Chronon: the head moves with the query, the tail with 5-minute tiles for windows under 12 hours.
    store: "Chronon: a sawtooth of 3 hours",
    convention: byDefault("3h"),
    events: ["09:04:59.999999", "09:05", "09:07", "12:07:29.999999", "12:07:30"],
    expected: [
      // 12:07:30 - 3h = 09:07:30, whose tile begins at 09:05. In: 09:05, 09:07, 12:07:29.999999; 12:07:30 is not yet.
      { at: "12:07:30", sum: 1110n, count: 3n, last: 1000n },
      // The tail stays at 09:05 up to the last microsecond of the tile, the head has moved over 12:07:30.
      { at: "12:09:59.999999", sum: 11110n, count: 4n, last: 10000n },
      // 12:10 - 3h = 09:10: the tile of 09:05 falls away whole.
      { at: "12:10", sum: 11000n, count: 2n, last: 10000n },
    ],
  },
  {
    // Chronon: from 12 hours on the tail moves by the hour.
    store: "Chronon: a sawtooth of 12 hours",
    convention: byDefault("12h"),
    events: ["01:59:59.999999", "02:00", "02:59:59.999999", "14:30"],
    expected: [
      // 14:30 - 12h = 02:30, whose hour begins at 02:00. In: 02:00, 02:59:59.999999; 14:30 itself is out.
      { at: "14:30", sum: 110n, count: 2n, last: 100n },
      { at: "14:59:59.999999", sum: 1110n, count: 3n, last: 1000n },
      // 15:00 - 12h = 03:00: of the early ones none is left.
      { at: "15:00", sum: 1000n, count: 1n, last: 1000n },
    ],
  },
  {
    // Chronon: from 12 days on the tail moves by the day. 2001-03-01 12:00 - 30d = 2001-01-30 12:00.
    store: "Chronon: a sawtooth of 30 days",
    convention: byDefault("30d"),
    events: ["2001-01-29T23:59:59.999999", "2001-01-30T00:00", "2001-01-30T11:00", "2001-03-01T11:59:59.999999"],
    expected: [{ at: "12:00", sum: 1110n, count: 3n, last: 1000n }],
  },
  {
    // Tecton: an aggregation interval of 5 minutes makes tiles; a window is 12 whole ones, the newest complete.
    store: "Tecton: tiles of 5 minutes over an hour",
    convention: hopping("1h", "5m"),
    events: ["11:04:59.999999", "11:05", "12:04:59.999999", "12:05", "12:07"],
    expected: [
      // The newest complete tile ends at 12:05, so the window is [11:05, 12:05): 11:05 and 12:04:59.999999.
      { at: "12:07:30", sum: 110n, count: 2n, last: 100n },
      // Until 12:05 the window is [11:00, 12:00): 11:04:59.999999 and 11:05.
      { at: "12:04:59.999999", sum: 11n, count: 2n, last: 10n },
      // At 12:10 it is [11:10, 12:10): the last three.
      { at: "12:10", sum: 11100n, count: 3n, last: 10000n },
    ],
  },
  {
    // Fennel: Hopping("1h", stride="10m").
    store: "Fennel: a hopping window of an hour by ten minutes",
    convention: hopping("1h", "10m"),
    events: ["10:59:59.999999", "11:00", "11:59:59.999999", "12:00"],
    expected: [
      // [11:00, 12:00): its own start is in, its end is not.
      { at: "12:00", sum: 110n, count: 2n, last: 100n },
      { at: "12:09:59.999999", sum: 110n, count: 2n, last: 100n },
      // [11:10, 12:10): 11:59:59.999999 and 12:00.
      { at: "12:10", sum: 1100n, count: 2n, last: 1000n },
    ],
  },
  {
    // OpenMLDB: ROWS_RANGE BETWEEN 1h PRECEDING AND CURRENT ROW, both ends in.
    store: "OpenMLDB: a range of an hour up to the current row",
    convention: sliding("1h", "[]"),
    events: ["10:59:59.999999", "11:00", "12:00", "12:00:00.000001"],
    expected: [
      // [11:00, 12:00]: both the event an hour ago to the microsecond and the one at this instant.
      { at: "12:00", sum: 110n, count: 2n, last: 100n },
      // A microsecond on, 11:00 is out and 12:00:00.000001 is in.
      { at: "12:00:00.000001", sum: 1100n, count: 2n, last: 1000n },
    ],
  },
  {
    // featuretools: include_cutoff_time=True takes the cutoff in and leaves the window's start out. So does Feathr.
    store: "featuretools: a training window of an hour, the cutoff included",
    convention: sliding("1h", "(]"),
    events: ["11:00", "11:00:00.000001", "12:00", "12:00:00.000001"],
    expected: [
      // (11:00, 12:00]
      { at: "12:00", sum: 110n, count: 2n, last: 100n },
      // (11:00:00.000001, 12:00:00.000001]
      { at: "12:00:00.000001", sum: 1100n, count: 2n, last: 1000n },
    ],
  },
  {
    // featuretools: include_cutoff_time=False is the other way round.
    store: "Feathr and featuretools: a window of an hour, the cutoff excluded",
    convention: sliding("1h", "[)"),
    events: ["10:59:59.999999", "11:00", "11:59:59.999999", "12:00"],
    expected: [
      // [11:00, 12:00)
      { at: "12:00", sum: 110n, count: 2n, last: 100n },
      // [12:00, 13:00) an hour later: 12:00 alone.
      { at: "13:00", sum: 1000n, count: 1n, last: 1000n },
      // [12:00:00.000001, ..): nothing. A sum of nothing is null, a count is 0.
      { at: "13:00:00.000001", sum: null, count: 0n, last: null },
    ],
  },
];

const payments = parquet("payments", {
  path: "payments.parquet",
  columns: { at: t.timestamp(), who: t.string(), amount: t.int64() },
  eventTime: "at",
});
const person = entity("person", { who: t.string() });
const when = (text: string) => instant(text.includes("T") ? text : `${DAY}${text}`);

describe.each(EXAMPLES)("$store", ({ convention, events, expected }) => {
  const sides = bothSides();

  const rows: Row[] = events.map((at, i) => ({ at: when(at), who: "a", amount: 10n ** BigInt(i) }));
  const view = featureView("v", {
    entity: person,
    source: payments,
    features: (f) => ({
      sum: convention.declare(sum(f.amount) as Aggregate),
      count: convention.declare(count() as Aggregate),
      last: convention.declare(last(f.amount) as Aggregate),
    }),
  });
  const service = featureService("s", [view]);

  it("is what was worked out by hand, by the oracle", () => {
    const amount = { type: { kind: "int64" }, value: (r: Row) => r["amount"] ?? null } as const;
    const feature = (name: "sum" | "count" | "last"): OracleFeature => ({
      name,
      kind: "window",
      aggregate: name,
      ...(name === "count" ? {} : { arg: amount }),
      ...convention.oracle,
    });
    const source = {
      columns: payments.columnNames.map(({ name, type }) => ({ name, type: type as { kind: "int64" } })),
      eventTime: "at",
      knownAt: (r: Row) => r["at"] as bigint,
      knownAtIsEventTime: true,
    };
    const oracle = {
      keys: ["who"],
      source,
      reads: ["amount"],
      features: [feature("sum"), feature("count"), feature("last")],
    };
    for (const { at, ...wanted } of expected) {
      const answer = evaluate(oracle, rows, ["a"], when(at));
      expect({ at, sum: answer["sum"]?.value, count: answer["count"]?.value, last: answer["last"]?.value }).toEqual({
        at,
        ...wanted,
      });
    }
  });

  it.each([{ dense: false }, { dense: true }])("offline, dense keys: $dense", async ({ dense }) => {
    const labels = expected.map(({ at }) => ({ who: "a", t: when(at) }));
    const frame = await frameOf(sides.db, service, { payments: rows }, { labels, timestamp: "t", dense });
    const found = await frame.rows();
    expect(found).toEqual(
      expected.map((e, i) => ({ ...labels[i], v__sum: e.sum, v__count: e.count, v__last: e.last })),
    );
    await frame.close();
  });

  it("online", async () => {
    const sources = await tablesOf(sides.db, compileRepo("p", [service]).ir, { payments: rows });
    for (const e of expected) {
      const { reader } = await serve(sides.db, sides.store, service, sources, when(e.at));
      const { columns } = await reader.read("s", [{ who: "a" }]);
      const values = Object.fromEntries(columns.map((c) => [c.name, c.values[0]]));
      expect(values).toEqual({ v__sum: e.sum, v__count: e.count, v__last: e.last });
    }
  });
});
