import { expect, test } from "vitest";
import { fakeStore, fs, T } from "./fake.js";

const RESULTS = [
  {
    view: "origin_delays",
    generation: 1,
    run: 7,
    mode: "full",
    watermark: T,
    keys: 238,
    kept: 2,
    removed: 0,
    bytes: 40_000,
    rows: 1_234_567,
    unused: { "event time is null": 12, "key is null": 3 },
    damaged: [],
    seconds: 1.25,
  },
  {
    view: "route_history",
    generation: 2,
    run: 8,
    mode: "incremental",
    watermark: T,
    keys: 123_456,
    kept: 0,
    removed: 17,
    bytes: 900_000,
    rows: 1_234_567,
    unused: {},
    damaged: [],
    seconds: 72.4,
  },
];

function storeWithRuns() {
  const asked: object[] = [];
  const materialize = async (options: { onProgress: (p: object) => void }) => {
    const { onProgress, ...rest } = options;
    asked.push(rest);
    onProgress({ view: "origin_delays", phase: "reading", keys: 0, total: null, keysPerSecond: 0 });
    for (const keys of [100, 200, 300])
      onProgress({ view: "origin_delays", phase: "writing", keys, total: 400, keysPerSecond: 100 });
    onProgress({ view: "origin_delays", phase: "done", keys: 400, total: 400, keysPerSecond: 100 });
    return RESULTS;
  };
  return { asked, store: fakeStore({ materialize }) };
}

test("materialize shows a row for each view, and rows that were not used", async () => {
  const { asked, store } = storeWithRuns();
  const { code, out } = await fs("materialize", { store });
  expect(code).toBe(0);
  expect(asked).toEqual([{ dryRun: false }]);
  expect(out).toMatchInlineSnapshot(`
    "view           run             keys  written  kept  removed       rows    time  keys/s
    origin_delays  full             238      236     2        0  1,234,567   1.25s     190
    route_history  incremental  123,456  123,456     0       17  1,234,567  1m 12s   1,705

    T  2001-06-15T12:00:00Z

    view           unused rows         rows
    origin_delays  event time is null    12
    origin_delays  key is null            3
    "
  `);
});

test("damaged rows are named, the first of them", async () => {
  const damaged = (many: number) => [
    { key: 'customer "c1"', rows: 1, mended: true },
    { key: 'id "4"', rows: 2, mended: false },
    ...Array.from({ length: many }, (_, i) => ({ key: `id "${i + 5}"`, rows: 1, mended: false })),
  ];
  const shown = async (many: number) => {
    const materialize = async () => [{ ...RESULTS[1], damaged: damaged(many) }];
    return (await fs("materialize", { store: fakeStore({ materialize }) })).out.split("\n\n").at(-1);
  };
  expect(await shown(0)).toMatchInlineSnapshot(`
    "view           damaged pushed rows  rows
    route_history  customer "c1"           1  made again from their copies
    route_history  id "4"                  2  left: no copy is whole
    "
  `);
  expect((await shown(30))?.split("\n").slice(-3)).toMatchInlineSnapshot(`
    [
      "route_history  id "22"                 1  left: no copy is whole",
      "12 more; \`--json\` has all",
      "",
    ]
  `);
});

test("instants that differ are a column", async () => {
  const materialize = async () => RESULTS.map((r, i) => ({ ...r, watermark: r.watermark + BigInt(i) }));
  expect((await fs("materialize", { store: fakeStore({ materialize }) })).out).toMatchInlineSnapshot(`
    "view           run          T                               keys  written  kept  removed       rows    time  keys/s
    origin_delays  full         2001-06-15T12:00:00Z             238      236     2        0  1,234,567   1.25s     190
    route_history  incremental  2001-06-15T12:00:00.000001Z  123,456  123,456     0       17  1,234,567  1m 12s   1,705

    view           unused rows         rows
    origin_delays  event time is null    12
    origin_delays  key is null            3
    "
  `);
});

test("views, an instant and a dry run", async () => {
  const { asked, store } = storeWithRuns();
  const { out } = await fs("materialize a b --at 2001-06-15T12:00Z --dry-run", { store });
  expect(asked).toEqual([{ views: ["a", "b"], watermark: T, dryRun: true }]);
  expect(out).toContain("Nothing was written: this was a dry run.");
  expect((await fs("materialize --at noon", { store })).err).toContain("error INSTANT_INVALID");
});

test("a full run, and a range", async () => {
  const { asked, store } = storeWithRuns();
  await fs("materialize --full", { store });
  await fs("materialize --from 2001-06-15T12:00Z --to 2001-06-15T12:00:01Z", { store });
  expect(asked).toEqual([
    { full: true, dryRun: false },
    { range: { from: T, to: T + 1_000_000n }, dryRun: false },
  ]);
  expect((await fs("materialize --from 2001-06-15T12:00Z", { store })).err).toContain("give both");
});

test("as JSON", async () => {
  const { out } = await fs("materialize --json", { store: storeWithRuns().store });
  const [first] = JSON.parse(out).views;
  expect(first).toEqual({ ...RESULTS[0], watermark: "2001-06-15T12:00:00.000000Z", written: 236 });
});

test("the bar", async () => {
  const { err } = await fs("materialize", { store: storeWithRuns().store, tty: true });
  expect(err.split("\r\u001b[K")).toMatchInlineSnapshot(`
    [
      "",
      "origin_delays: reading",
      "origin_delays  [###---------]  25%  100 of 400 keys  100/s  3s left",
      "origin_delays  [######------]  50%  200 of 400 keys  100/s  2s left",
      "origin_delays  [#########---]  75%  300 of 400 keys  100/s  1s left",
      "origin_delays: done",
      "",
    ]
  `);
});

test("elsewhere plain lines, one in two seconds", async () => {
  expect((await fs("materialize", { store: storeWithRuns().store })).err).toMatchInlineSnapshot(`
    "origin_delays: reading
    origin_delays  [###---------]  25%  100 of 400 keys  100/s  3s left
    origin_delays  [#########---]  75%  300 of 400 keys  100/s  1s left
    origin_delays: done
    "
  `);
});
