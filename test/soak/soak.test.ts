import { formatInstant } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { describe, expect, test } from "vitest";
import { evaluate, type Row } from "../oracle/index.js";
import { randomFrom } from "../support/random.js";
import { definitionOf, popularityOracle, spendingOracle } from "./definitions.js";
import { judge, type Run } from "./judge.js";
import { growth, isFlat } from "./memory.js";
import { firstPurchases } from "./purchases.js";
import { purchasesSql } from "./purchases-sql.js";
import { checks, type Findings, report } from "./report.js";

const T = 1_700_000_000_000_000n;
const t = T + 5_000_000n;
const rows = firstPurchases(randomFrom(1), T, 4_000);
const run = (version: number, watermark: bigint, more: Partial<Run> = {}): Run => ({
  definition: definitionOf(version),
  watermark,
  began: watermark,
  ended: watermark + 1_000_000n,
  ...more,
});
const entity = { customer_id: "5", shop_id: "shop-5" };

const shown = (value: unknown) => (typeof value === "bigint" ? String(value) : value);
const valuesOf = (view: ReturnType<typeof spendingOracle>, key: string | bigint, watermark: bigint) =>
  Object.fromEntries(
    Object.entries(evaluate(view, rows as Row[], [key], t, { knownAtMost: watermark })).map(([n, a]) => [
      n,
      shown(a.value),
    ]),
  );

function answer(version: number, watermark = T, changed: object = {}) {
  const { spending, popularity } = definitionOf(version);
  const first = valuesOf(spendingOracle(spending), 5n, watermark);
  const second = valuesOf(popularityOracle(popularity), "shop-5", watermark);
  const [spent, sold] = [first["spent"], second["sold"]];
  const both = spent === null || sold === null ? null : String(BigInt(String(spent)) + BigInt(String(sold)));
  return {
    spending: { ...first, ...changed },
    popularity: second,
    made: { version, both },
  };
}

const sampleOf = (answers: readonly object[], watermark = T, at = t) => ({
  way: "graphql" as const,
  entities: answers.map(() => entity),
  request: Buffer.alloc(0),
  sent: t,
  received: t + 1_000n,
  body: JSON.stringify({
    data: { checkout: { t: formatInstant(at), watermark: formatInstant(watermark), rows: answers } },
  }),
});

describe("the judge", () => {
  const judged = judge(rows, [run(1, T)]);

  test("finds nothing wrong with what the oracle says", () => {
    expect(judged(sampleOf([answer(1), answer(1)]))).toMatchObject({ wrong: [], mixed: [] });
    expect(judged(sampleOf([answer(1)])).values).toBeGreaterThan(8);
  });

  test("sees one wrong value, a missing row, another instant, another watermark, an error", () => {
    expect(judged(sampleOf([answer(1, T, { amount: "-1" })])).wrong[0]).toMatch(
      /spending of 5: at T \d+: amount is -1, and the oracle says/,
    );
    expect(judged(sampleOf([])).wrong).toHaveLength(1);
    expect(judged({ ...sampleOf([answer(1)]), entities: [entity, entity] }).wrong).toHaveLength(1);
    expect(judged(sampleOf([answer(1)], T, t - 1_000_000n)).wrong).not.toEqual([]);
    expect(judged(sampleOf([answer(1)], T - 1n)).wrong[0]).toContain("no run was at");
    expect(judged({ ...sampleOf([]), body: '{"errors":[{"message":"no"}]}' }).wrong[0]).toContain("no");
  });

  test("sees what is made of two versions, in one row or in two", () => {
    const two = judge(rows, [run(1, T), run(2, T)]);
    expect(two(sampleOf([answer(2)]))).toMatchObject({ wrong: [], mixed: [] });
    expect(two(sampleOf([answer(1), answer(2)])).mixed).toHaveLength(1);
    expect(two(sampleOf([{ ...answer(1), spending: answer(2).spending }])).mixed).toHaveLength(1);
    expect(two(sampleOf([{ ...answer(2), made: answer(1).made }])).mixed).toHaveLength(1);
  });

  test("takes a key at the run before or at the one under way, and at no older one", () => {
    const older = T - 3n * 86_400_000_000n;
    const under = [run(1, older), run(1, T, { ended: null })];
    expect(judge(rows, under)(sampleOf([answer(1)])).wrong).toEqual([]);
    expect(judge(rows, under)(sampleOf([answer(1, older)], older)).wrong).toEqual([]);
    expect(judge(rows, [run(1, older), run(1, T)])(sampleOf([answer(1, older)])).wrong).not.toEqual([]);
  });
});

test("what is written of a purchase is the purchase", async () => {
  // The engine takes these for their neighbours where they are written as decimals.
  const prices = [0.9338014042126379, 0.0010030090270812437, 0.10330992978936811];
  const bought = prices.map((price, i) => ({ ...(rows[i] as Row), price }));
  const db = await Database.open({ threads: 1 });
  try {
    expect(await db.rows(`SELECT price FROM (${purchasesSql(bought)})`)).toEqual(prices.map((price) => ({ price })));
  } finally {
    db.close();
  }
});

const grownBy = (heap: (seconds: number) => number) => {
  const samples = Array.from({ length: 60 }, (_, seconds) => ({ seconds, rss: 0, heap: heap(seconds) }));
  return growth(samples, "heap", 1);
};

test("memory that is flat after its warm-up, and a leak", () => {
  const noise = randomFrom(3);
  expect(isFlat(grownBy((s) => 150e6 + Math.min(s, 15) * 3e6 + noise(20e6)))).toBe(true);
  expect(isFlat(grownBy((s) => 100e6 + s * 6e6 + noise(20e6)))).toBe(false);
  expect(isFlat(growth([], "heap", 1))).toBe(false);
});

test("the table says what fails", () => {
  const flat = grownBy(() => 1e8);
  const good: Findings = {
    ...{ seconds: 60, workers: 1, seed: 1, saturation: 100, rate: 70, p50: 1, p99: 2, requests: 4_200, failed: 0 },
    ...{ failures: [], versions: 3, runs: 5, sampled: 10, wanted: 10, values: 90, wrong: [], mixed: [], exit: 0 },
    ...{ rss: flat, heap: flat, stills: [] },
  };
  const failing = (change: Partial<Findings>) =>
    checks({ ...good, ...change })
      .filter((check) => !check.good)
      .map(({ what }) => what);
  expect(failing({})).toEqual([]);
  expect(failing({ failed: 1 })).toEqual(["failed requests"]);
  expect(failing({ requests: 0 })).toEqual(["failed requests"]);
  expect(failing({ wrong: ["x"] })).toEqual(["answers that differ from the oracle's"]);
  expect(failing({ sampled: 9 })).toEqual(["answers that differ from the oracle's"]);
  expect(failing({ sampled: 9, requests: 9 })).toEqual([]);
  expect(failing({ mixed: ["x"] })).toEqual(["answers of mixed generations"]);
  expect(failing({ versions: 1 })).toEqual(["versions served, and runs"]);
  expect(failing({ exit: 1 })).toEqual(["the server's end"]);
  expect(report({ ...good, mixed: ["what was mixed"] })).toMatch(/FAIL {2}answers of mixed[\s\S]* what was mixed/);
});
