import type { Why, WhyRow } from "lockstep";
import { expect, test } from "vitest";
import { fakeStore, fs } from "./fake.js";

const at = (time: string) => `2001-06-15T${time}Z`;
const row = (
  eventTime: string,
  knownAt: string,
  value: string | null,
  offline: WhyRow["offline"],
  more: Partial<WhyRow> = {},
): WhyRow => ({
  eventTime: at(eventTime),
  knownAt: at(knownAt),
  event: null,
  version: null,
  value,
  from: "source",
  offline,
  online: offline,
  by: null,
  onlineBy: null,
  ...more,
});

const WHY: Why = {
  view: "origin_delays",
  feature: "mean_delay_3h",
  key: { origin: "ORD" },
  at: at("20:00:00.000000"),
  type: "float64",
  definition: "mean(delay) over 3h sawtooth(5m) [)",
  argument: "delay",
  where: null,
  window: { from: at("17:00:00.000000"), to: at("20:00:00.000000"), bounds: "[)" },
  ttl: null,
  generation: 1,
  run: 3,
  watermark: at("19:00:00.000000"),
  offline: { value: 13.5, status: "PRESENT" },
  expected: { value: 9, status: "PRESENT" },
  online: { value: 9, status: "PRESENT" },
  verdict: { state: "explained", says: "stale: 1 row was known by then and not by T, which the next run takes in" },
  counts: { offline: { counts: 2, "before the window": 900, "not known yet": 1 }, online: { counts: 1 } },
  rows: [
    row("16:59:59.999999", "18:00:00.000000", "4", "before the window"),
    row("17:00:00.000000", "18:53:50.000000", "9", "counts"),
    row("17:15:00.000000", "19:30:00.000000", "18", "counts", { online: "known after T" }),
    row("19:40:00.000000", "21:15:00.000000", "2", "not known yet"),
  ],
  total: 903,
};

const storeWith = (why: Why, asked: unknown[] = []) =>
  fakeStore({
    why: async (...args: unknown[]) => {
      asked.push(args);
      return why;
    },
  });

test("the rows in the order of time, and both sides", async () => {
  const asked: unknown[] = [];
  const { code, out } = await fs("why origin_delays.mean_delay_3h origin=ORD --at 2001-06-15T20:00:00Z --rows 4", {
    store: storeWith(WHY, asked),
    tty: true,
    columns: 80,
  });
  expect(asked).toEqual([["origin_delays.mean_delay_3h", { origin: "ORD" }, { at: 992_635_200_000_000n, rows: 4 }]]);
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "origin_delays.mean_delay_3h  origin=ORD  at 2001-06-15T20:00:00Z

    feature  mean(delay) over 3h sawtooth(5m) [)
    window   2001-06-15T17:00:00Z to 2001-06-15T20:00:00Z (out)
    store    T 2001-06-15T19:00:00Z, generation 1, run 3
    offline  13.5  PRESENT  of what was known by then
    by T     9  PRESENT  of what was known by T: what is to be online
    online   9  PRESENT

    stale: 1 row was known by then and not by T, which the next run takes in

       event time                     known  delay  offline            online
    -  2001-06-15T16:59:59.999999Z      +1h      4  before the window  before the w…
    +  2001-06-15T17:00:00Z         +1h 53m      9  counts             counts
    !  2001-06-15T17:15:00Z         +2h 15m     18  counts             known after T
    -  2001-06-15T19:40:00Z         +1h 35m      2  not known yet      not known yet
    903 rows of this key, 899 of them not shown: counts 2, before the window 900, not known yet 1
    "
  `);
  for (const line of out.split("\n").slice(9, 14)) expect(line.length).toBeLessThanOrEqual(80);
});

test("versions, and what took their place", async () => {
  const by = { version: "2", eventTime: at("17:00:00.000000"), knownAt: at("18:00:00.000000") };
  const rows = [
    row("17:00:00.000000", "17:00:00.000000", "9", "superseded", { event: 1, version: "1", by }),
    row("17:00:00.000000", "18:00:00.000000", "7", "counts", { event: 1, version: "2" }),
    row("17:10:00.000000", "17:10:00.000001", null, "moved", { event: 2, version: "1", by }),
  ];
  const { out } = await fs("why origin_delays.mean_delay_3h origin=ORD", {
    store: storeWith({
      ...WHY,
      rows,
      total: 3,
      counts: { offline: { counts: 1, superseded: 1, moved: 1 }, online: null },
    }),
    tty: true,
    columns: 120,
  });
  expect(out.split("\n").slice(9).join("\n")).toMatchInlineSnapshot(`
    "stale: 1 row was known by then and not by T, which the next run takes in

       event time              known  event  version  delay  counts
    -  2001-06-15T17:00:00Z  at once     #1        1      9  superseded by version 2, known 2001-06-15T18:00:00Z
    +  2001-06-15T17:00:00Z      +1h     #1        2      7  counts
    -  2001-06-15T17:10:00Z     +1us     #2        1   null  moved to another key by version 2, known 2001-06-15T18:00:00Z
    3 rows of this key: counts 1, superseded 1, moved 1
    "
  `);
});

test("before T the online side is not known, and says so", async () => {
  const says =
    "2001-06-15T12:00:00.000000Z is before T: what was served then is in no store, and only a serving log could tell";
  const why: Why = { ...WHY, expected: null, online: null, verdict: { state: "unknown", says } };
  const { code, out } = await fs("why origin_delays.mean_delay_3h origin=ORD", { store: storeWith(why) });
  expect(code).toBe(0);
  expect(out).toContain("online   not known");
  expect(out).toContain(says);
});

test("a store that does not have the value: exit code 2; and JSON", async () => {
  const wrong: Why = { ...WHY, verdict: { state: "wrong", says: "it is wrong" } };
  expect((await fs("why origin_delays.mean_delay_3h origin=ORD", { store: storeWith(wrong) })).code).toBe(2);
  const { out } = await fs("why origin_delays.mean_delay_3h origin=ORD --json", { store: storeWith(WHY) });
  expect(JSON.parse(out)).toEqual(WHY);
  expect((await fs("why origin_delays origin=ORD", { store: storeWith(WHY) })).err).toContain("view.feature");
});
