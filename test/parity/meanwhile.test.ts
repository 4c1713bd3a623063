import { count, entity, featureService, featureView, parquet, sum, t } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { type ParityReport, parity } from "@lockstep/parity";
import { expect, it } from "vitest";
import { openStoreOf, STORES } from "../support/online-stores.js";
import { servedWorld } from "./served.js";

// Runs, one after another, while parity compares again and again: as two processes would.

const HOUR = 3_600_000_000n;
const T = 480_000n * HOUR;

const events = parquet("events", {
  path: "events.parquet",
  columns: { at: t.timestamp(), k: t.string(), n: t.int64() },
  eventTime: "at",
  lookback: "1h",
});
const view = featureView("v", {
  entity: entity("thing", { k: t.string() }),
  source: events,
  features: (f) => ({ latest: f.n, n_1d: count().over("1d"), total: sum(f.n).over("2d") }),
});
const ROWS = `SELECT make_timestamp((${T} + (i - 300) * 600000000)::BIGINT) AS at, 'key ' || (i * i % 17) AS k, i AS n
  FROM range(400) r(i)`;

it.each(STORES)("a run under way is no difference, on %s", { timeout: 120_000 }, async (kind) => {
  const [writing, reading] = [await Database.open({ threads: 1 }), await Database.open({ threads: 1 })];
  const online = await openStoreOf[kind]();
  const world = await servedWorld(writing, online.store);
  try {
    await world.write("events.parquet", ROWS);
    await world.apply([featureService("s", [view])]);
    await world.materialize(T);
    const reports: ParityReport[] = [];
    let running = true;
    const comparing = (async () => {
      do reports.push(await parity({ ...(await world.context(T)), db: reading }, { values: 500 }));
      while (running);
    })();
    for (let hour = 1n; hour <= 6n; hour++) await world.materialize(T + hour * HOUR, { full: hour % 2n === 0n });
    running = false;
    await comparing;
    reports.push(await parity({ ...(await world.context(T + 6n * HOUR)), db: reading }, { values: 500 }));
    expect(reports.map((r) => r.differences)).toEqual(reports.map(() => []));
    expect(reports.at(-1)).toMatchObject({ verdict: "agrees", views: [{ state: "agrees" }] });
  } finally {
    await world.end();
    await online.end();
    writing.close();
    reading.close();
  }
});
