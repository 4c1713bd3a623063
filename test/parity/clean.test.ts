import { type ParityReport, parity } from "@lockstep/parity";
import { expect, it } from "vitest";
import { ORDERS_T, orderRisk, ordersSql } from "../../bench/src/parity/orders.js";
import { bothSides } from "../support/both-sides.js";
import { worldOf } from "./world.js";

const sides = bothSides();

it("a store of corrected, moved and deleted events agrees, and most of it is telling", {
  timeout: 600_000,
}, async () => {
  await sides.db.run(`CREATE TEMP TABLE orders AS ${ordersSql(20_000, 40)}`);
  const world = await worldOf(sides.db, sides.store, [orderRisk], "orders");
  await world.materialize(ORDERS_T);
  const report: ParityReport = await parity(await world.context(ORDERS_T + 3_600_000_000n), { values: 20_000 });
  expect(report.differences).toEqual([]);
  expect(report).toMatchObject({ differ: 0, verdict: "agrees" });
  expect(report.compared).toBeGreaterThanOrEqual(20_000);
  expect(report.telling).toBeGreaterThan(report.compared / 2);
  expect(new Set(report.features.map((f) => f.view))).toEqual(new Set(["shops", "places", "check"]));
  const asked = new Set(report.coverage.flatMap((c) => Object.keys(c.occasions)));
  for (const occasion of [
    "T",
    "now",
    "random",
    "window start",
    "window end",
    "ttl end",
    "early event",
    "tie",
    "never seen",
    "null key",
  ])
    expect(asked).toContain(occasion);
});
