import { expect, test } from "vitest";
import { fakeStore, fs, T } from "./fake.js";

const REPORT = {
  seed: 1,
  watermark: T,
  compared: 12_000,
  telling: 9_876,
  differ: 0,
  keys: 400,
  instants: 30,
  features: [
    { view: "origin_delays", feature: "mean_delay_3h", compared: 6_000, telling: 4_000, differ: 0 },
    { view: "route_history", feature: "last_delay", compared: 6_000, telling: 5_876, differ: 0 },
  ],
  differences: [],
  seconds: 3.21,
};
const DIFFERENT = {
  ...REPORT,
  differ: 4,
  features: REPORT.features.map((f, i) => (i === 1 ? { ...f, differ: 4 } : f)),
  differences: [
    {
      view: "route_history",
      feature: "last_delay",
      key: { origin: "ORD", destination: null },
      at: "2001-06-15T12:00:00.000001Z",
      offline: { value: "12", status: "PRESENT" },
      online: { value: null, status: "EXPIRED" },
    },
  ],
};

const storeWith = (report: object) => fakeStore({ parity: async () => report });

test("parity", async () => {
  const { code, out } = await fs("parity", { store: storeWith(REPORT) });
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "view           feature        compared  telling  differ
    origin_delays  mean_delay_3h     6,000    4,000       0
    route_history  last_delay        6,000    5,876       0

    9,876 of them telling (PRESENT and not zero); 400 keys, 30 instants
    T 2001-06-15T12:00:00Z, seed 1, 3.21s
    12,000 compared, 0 differ
    "
  `);
});

test("differences: exit code 2", async () => {
  const { code, out } = await fs("parity", { store: storeWith(DIFFERENT) });
  expect(code).toBe(2);
  expect(out).toMatchInlineSnapshot(`
    "view           feature        compared  telling  differ
    origin_delays  mean_delay_3h     6,000    4,000       0
    route_history  last_delay        6,000    5,876       4

    First 1 of 4 differences:
      route_history.last_delay  origin=ORD destination=null  at 2001-06-15T12:00:00.000001Z
        offline  12  PRESENT
        online   null  EXPIRED

    9,876 of them telling (PRESENT and not zero); 400 keys, 30 instants
    T 2001-06-15T12:00:00Z, seed 1, 3.21s
    12,000 compared, 4 differ
    "
  `);
});

test("nothing compared: exit code 3", async () => {
  const nothing = { ...REPORT, compared: 0, telling: 0, keys: 0, instants: 0, features: [] };
  const { code, out } = await fs("parity", { store: storeWith(nothing) });
  expect(code).toBe(3);
  expect(out).toBe("0 compared: there is no value to compare\n");
});

test("as JSON, with the same exit code", async () => {
  const { code, out } = await fs("parity --json", { store: storeWith(DIFFERENT) });
  expect(code).toBe(2);
  expect(JSON.parse(out)).toEqual({ ...DIFFERENT, watermark: "2001-06-15T12:00:00.000000Z" });
});

test("services, values and seed", async () => {
  const asked: object[] = [];
  const parity = async (options: { onProgress: (done: number, total: number) => void }) => {
    const { onProgress, ...rest } = options;
    asked.push(rest);
    for (const done of [0, 5_000, 10_000]) onProgress(done, 10_000);
    return REPORT;
  };
  const { err } = await fs("parity a b --values 500 --seed 7", { store: fakeStore({ parity }) });
  expect(asked).toEqual([{ services: ["a", "b"], values: 500, seed: 7 }]);
  expect(err).toMatchInlineSnapshot(`
    "comparing  [------------]   0%  0 of 10,000 values
    comparing  [############] 100%  10,000 of 10,000 values  3,333/s
    "
  `);
  await fs("parity", { store: fakeStore({ parity }) });
  expect(asked[1]).toEqual({});
});
