import { count, entity, featureService, featureView, instant, last, max, parquet, sum, t } from "@lockstep/core";
import { beforeAll, describe, expect, it } from "vitest";
import { Database } from "../src/index.js";
import { useLab } from "./lab.js";
import { AT, customer, latestShop, ORDERS, orders, shopping, spending } from "./orders.js";

const lab = useLab();
beforeAll(() => lab.parquet("orders.parquet", ORDERS));
const ask = (id: bigint | number | null, asked: string | bigint = AT) => ({ id, asked });

describe("a frame", () => {
  it("knows nothing of a key whose events all lie ahead, and says why", async () => {
    const [row] = await lab.rows(shopping, { labels: [ask(3)], timestamp: "asked", statuses: true });
    expect(row).toMatchObject({
      spending__last_amount: null,
      spending__last_amount__status: "MISSING",
      spending__total_1h: null,
      spending__total_1h__status: "NULL",
      spending__orders_1h: 0n,
      spending__orders_1h__status: "PRESENT",
    });
  });

  it("tells a null value from a missing one", async () => {
    const [row] = await lab.rows(shopping, { labels: [ask(2)], timestamp: "asked", statuses: true });
    expect(row).toMatchObject({
      spending__last_amount: null,
      spending__last_amount__status: "NULL",
      spending__orders_1h: 1n,
    });
  });

  it("leaves out what was not known by an instant, whatever is asked", async () => {
    const options = { labels: [ask(1)], timestamp: "asked", knownBy: instant("2001-03-01T12:05Z") };
    expect((await lab.rows(shopping, options))[0]).toMatchObject({
      spending__last_amount: 5n,
      spending__orders_1h: 1n,
    });
  });

  it("keeps keys apart that are equal only as joined text", async () => {
    await lab.parquet(
      "pairs.parquet",
      `SELECT TIMESTAMP '2001-03-01' AS "at", a, b, n::BIGINT AS n FROM (VALUES ('a', 'b|c', 1), ('a|b', 'c', 2), ('', 'ab', 3), ('ab', '', 4), ('a', NULL, 5), (NULL, 'a', 6)) AS p(a, b, n)`,
    );
    const pairs = parquet("pairs", {
      path: "pairs.parquet",
      columns: { at: t.timestamp(), a: t.string(), b: t.string(), n: t.int64() },
      eventTime: "at",
    });
    const service = featureService("s", [
      featureView("v", {
        entity: entity("pair", { a: t.string(), b: t.string() }),
        source: pairs,
        features: (f) => ({ n: f.n, c: count().over("lifetime") }),
      }),
    ]);
    const keys = [
      ["a", "b|c"],
      ["a|b", "c"],
      ["", "ab"],
      ["ab", ""],
      ["a", null],
      [null, "a"],
      ["a", "b"],
    ] as const;
    const rows = await lab.rows(service, { labels: keys.map(([a, b]) => ({ a, b, asked: AT })), timestamp: "asked" });
    expect(rows.map((r) => [r["v__n"], r["v__c"]])).toEqual([
      [1n, 1n],
      [2n, 1n],
      [3n, 1n],
      [4n, 1n],
      [null, 0n],
      [null, 0n],
      [null, 0n],
    ]);
  });

  it("applies a view without an entity to every row", async () => {
    const everywhere = featureView("all", {
      source: orders,
      features: (f) => ({ newest: f.shop, n: count().over("1h"), sum: sum(f.amount).over("lifetime") }),
    });
    const service = featureService("s", [everywhere]);
    const labels = [{ asked: AT }, { asked: "2001-02-01" }, { asked: "2001-03-03" }];
    expect(
      (await lab.rows(service, { labels, timestamp: "asked" })).map((r) => [
        r["all__newest"],
        r["all__n"],
        r["all__sum"],
      ]),
    ).toEqual([
      ["c", 3n, 12n],
      [null, 0n, null],
      ["d", 0n, 21n],
    ]);
  });

  it("holds a view twice under two names, each with its own key", async () => {
    const service = featureService("s", [
      spending.pick("last_amount"),
      spending.as("other", { id: "other_id" }).rename({ last_amount: "theirs" }).pick("last_amount", "orders_1h"),
    ]);
    const [row] = await lab.rows(service, {
      labels: [
        { ...ask(1), other_id: 2n },
        { ...ask(2), other_id: 1n },
      ],
      timestamp: "asked",
    });
    expect(row).toMatchObject({ spending__last_amount: 7n, theirs: null, other__orders_1h: 1n });
  });

  it("takes what was known before it happened from when it happened", async () => {
    await lab.parquet(
      "plans.parquet",
      `SELECT TIMESTAMP '2001-03-01 12:00:00' AS "at", TIMESTAMP '2001-02-01' AS known, 1::BIGINT AS id, 5::BIGINT AS n`,
    );
    const plans = parquet("plans", {
      path: "plans.parquet",
      columns: { at: t.timestamp(), known: t.timestamp(), id: t.int64(), n: t.int64() },
      eventTime: "at",
      knownAt: "known",
    });
    const service = featureService("s", [
      featureView("v", {
        entity: customer,
        source: plans,
        features: (f) => ({ n: f.n, ever: count().over("lifetime", { bounds: "(]" }) }),
      }),
    ]);
    const labels = [ask(1, "2001-03-01T11:59:59.999999Z"), ask(1, "2001-03-01T12:00Z")];
    expect((await lab.rows(service, { labels, timestamp: "asked" })).map((r) => [r["v__n"], r["v__ever"]])).toEqual([
      [null, 0n],
      [5n, 1n],
    ]);
  });

  it("floors nanoseconds", async () => {
    await lab.parquet("nanos.parquet", `SELECT TIMESTAMP_NS '2001-03-01 12:00:00.000000999' AS "at", 1::BIGINT AS id`);
    const nanos = parquet("nanos", {
      path: "nanos.parquet",
      columns: { at: t.timestamp(), id: t.int64() },
      eventTime: "at",
    });
    const service = featureService("s", [
      featureView("v", { entity: customer, source: nanos, features: (f) => ({ at: f.at }) }),
    ]);
    const labels = [ask(1, "2001-03-01T12:00Z")];
    expect((await lab.rows(service, { labels, timestamp: "asked" }))[0]).toMatchObject({
      v__at: instant("2001-03-01T12:00Z"),
    });
  });
});

describe("a tie", () => {
  /** Eight events of one instant; only what the view reads tells them apart. */
  const TIED = `SELECT TIMESTAMP '2001-03-01 12:00:00' AS "at", 1::BIGINT AS id, a::BIGINT AS amount, s AS shop
    FROM (VALUES (1, 'z'), (2, 'a'), (2, 'b'), (NULL, 'zz'), (2, NULL), (1, 'a'), (2, 'c'), (2, 'a')) AS v(a, s)`;

  it("is won by the greatest of the columns that the view reads, in the source's order", async () => {
    await lab.parquet("tied.parquet", TIED);
    const source = parquet("tied", { path: "tied.parquet", columns: orders.columns, eventTime: "at" });
    const service = featureService("s", [
      featureView("both", { entity: customer, source, features: (f) => ({ shop: f.shop, amount: f.amount }) }),
      featureView("shops", {
        entity: customer,
        source,
        features: (f) => ({ shop: last(f.shop).over("1h", { bounds: "(]" }) }),
      }),
    ]);
    const [row] = await lab.rows(service, { labels: [ask(1)], timestamp: "asked" });
    // By amount first, for that column comes first in the source; then by the UTF-8 bytes of the shop.
    expect(row).toMatchObject({ both__amount: 2n, both__shop: "c", shops__shop: "zz" });
  });

  it("is settled by all that the view reads, also where a service picks only some of it", async () => {
    await lab.parquet("tied.parquet", TIED);
    const source = parquet("tied", { path: "tied.parquet", columns: orders.columns, eventTime: "at" });
    const both = featureView("both", {
      entity: customer,
      source,
      features: (f) => ({ shop: f.shop, amount: f.amount }),
    });
    const [row] = await lab.rows(featureService("s", [both.pick("shop")]), { labels: [ask(1)], timestamp: "asked" });
    expect(row).toMatchObject({ both__shop: "c" });
  });
});

describe("the same frame", () => {
  it("comes of any order of rows and files, on one thread and on two", async () => {
    const events = `SELECT TIMESTAMP '2001-03-01' + to_minutes((hash(i) % 600)::BIGINT) AS "at", (hash(i, 1) % 5)::BIGINT AS id,
      (hash(i, 2) % 7)::BIGINT AS amount, chr((97 + hash(i, 3) % 4)::INTEGER) AS shop FROM range(3000) t(i)`;
    await lab.parquet("many-1.parquet", events);
    await lab.parquet(
      "shuffled-1.parquet",
      `SELECT * FROM (${events}) ORDER BY hash("at", id, amount, shop) LIMIT 1000`,
    );
    await lab.parquet(
      "shuffled-2.parquet",
      `SELECT * FROM (${events}) ORDER BY hash("at", id, amount, shop) DESC LIMIT 2000`,
    );
    const labels = {
      sql: `SELECT (i % 6)::BIGINT AS id, TIMESTAMP '2001-03-01' + to_minutes(i * 7) AS asked FROM range(90) t(i)`,
    };
    const frames: unknown[] = [];
    for (const threads of [1, 2]) {
      const db = await Database.open({ threads });
      for (const path of ["many-*.parquet", "shuffled-*.parquet"]) {
        const source = parquet("many", { path, columns: orders.columns, eventTime: "at" });
        const service = featureService("s", [
          featureView("v", {
            entity: customer,
            source,
            ttl: "90m",
            features: (f) => ({
              amount: f.amount,
              shop: last(f.shop).over("3h"),
              known: last(f.amount, { ignoreNulls: true }).over("lifetime"),
              mean: sum(f.amount.div(3)).over("1h"),
              max: max(f.shop).over("2h", { shape: "sliding" }),
            }),
          }),
        ]);
        const frame = await lab.frame(service, { labels, timestamp: "asked", statuses: true }, db);
        frames.push(
          (await frame.rows()).map(({ v__mean, ...row }) => ({ ...row, mean: Math.round(Number(v__mean) * 1e9) })),
        );
        await frame.close();
      }
      db.close();
    }
    for (const frame of frames) expect(frame).toEqual(frames[0]);
  });
});

it("the latest shop of a customer is the same by both ways of asking", async () => {
  const rows = await lab.rows(latestShop, { labels: [ask(1), ask(2), ask(3), ask(null)], timestamp: "asked" });
  expect(rows.map((r) => [r["shops__shop"], r["shops__shop_ever"]])).toEqual([
    ["b", "b"],
    ["c", "c"],
    [null, null],
    [null, null],
  ]);
});
