import { featureService, hourOf, onDemand, t } from "@lockstep/core";
import { beforeAll, describe, expect, it } from "vitest";
import { useLab } from "./lab.js";
import { AT, at, ORDERS, spending } from "./orders.js";

const lab = useLab();
beforeAll(() => lab.parquet("orders.parquet", ORDERS));
const tables = () => lab.db.rows("SELECT table_name FROM duckdb_tables() ORDER BY 1");

const basket = onDemand("basket", {
  request: { items: t.int32(), day: t.date() },
  features: { last: spending.f.last_amount, orders: spending.f.orders_1h },
  outputs: { hour: t.int32(), worth: t.int64(), note: t.string(), day: t.date() },
  compute: ({ items, last, orders, day }, { t: instant }) => ({
    hour: hourOf(instant),
    worth: items === null || last === null ? null : BigInt(items) * last,
    note: `${orders} orders`,
    day,
  }),
});

describe("an on-demand feature over a frame", () => {
  it("gets the row's request fields, its features and its instant", async () => {
    const labels = [
      { id: 1, asked: AT, items: 3, day: "2001-03-01" },
      { id: 2, asked: AT, items: 3, day: null },
      { id: null, asked: "2001-03-01T23:59Z", items: null, day: "0001-01-01" },
    ];
    const service = featureService("s", [spending.pick("orders_1h"), basket]);
    const rows = await lab.rows(service, { labels, timestamp: "asked" });
    expect(rows).toEqual([
      {
        id: 1n,
        asked: at,
        items: 3,
        day: "2001-03-01",
        spending__orders_1h: 2n,
        basket__hour: 12,
        basket__worth: 21n,
        basket__note: "2 orders",
        basket__day: "2001-03-01",
      },
      {
        id: 2n,
        asked: at,
        items: 3,
        day: null,
        spending__orders_1h: 1n,
        basket__hour: 12,
        basket__worth: null,
        basket__note: "1 orders",
        basket__day: null,
      },
      {
        id: null,
        asked: expect.anything(),
        items: null,
        day: "0001-01-01",
        spending__orders_1h: 0n,
        basket__hour: 23,
        basket__worth: null,
        basket__note: "0 orders",
        basket__day: "0001-01-01",
      },
    ]);
  });

  it("reads features that are no columns of the frame, and leaves none", async () => {
    const labels = [{ id: 1, asked: AT, items: 1, day: null }];
    const frame = await lab.frame(featureService("s", [basket]), { labels, timestamp: "asked", statuses: true });
    expect(frame.columns.map((c) => c.name)).toEqual([
      "id",
      "asked",
      "items",
      "day",
      "basket__hour",
      "basket__worth",
      "basket__note",
      "basket__day",
    ]);
    expect((await frame.rows())[0]).toMatchObject({ basket__worth: 7n });
    await frame.close();
  });

  it("keeps many rows in their order", async () => {
    const labels = {
      sql: `SELECT (i % 4)::BIGINT AS id, TIMESTAMP '2001-03-01 12:30:00' AS asked, i::INTEGER AS items, NULL::DATE AS day FROM range(5000) t(i)`,
    };
    const frame = await lab.frame(featureService("s", [basket]), { labels, timestamp: "asked" });
    const rows = await frame.rows();
    expect(rows.map((r) => r["items"])).toEqual(Array.from({ length: 5000 }, (_, i) => i));
    expect(rows.every((r) => r["basket__worth"] === (r["id"] === 1n ? BigInt(r["items"] as number) * 7n : null))).toBe(
      true,
    );
    await frame.close();
  });

  it("gives any type: lists, structs, vectors, bytes, days beyond the year 9999", async () => {
    const OUTPUTS = {
      list: t.list(t.decimal(9, 2)),
      nested: t.list(t.list(t.string())),
      struct: t.struct({ n: t.int64(), when: t.timestamp(), day: t.date() }),
      vector: t.vector(2),
      bytes: t.bytes(),
      day: t.date(),
      price: t.decimal(38, 2),
      json: t.json(),
      float: t.float32(),
    };
    const answer = {
      list: ["1.25", null],
      nested: [["a"], null, []],
      struct: { n: 2n ** 53n + 1n, when: -1n, day: "2001-03-01" },
      vector: [-0, 1.5],
      bytes: new Uint8Array([0, 255]),
      day: "+012001-01-01",
      price: `${"9".repeat(36)}.99`,
      json: '{"a": 1}',
      float: -0,
    };
    const anything = onDemand("any", {
      request: { there: t.bool() },
      outputs: OUTPUTS,
      compute: ({ there }) =>
        there
          ? answer
          : {
              list: null,
              nested: null,
              struct: null,
              vector: null,
              bytes: null,
              day: null,
              price: null,
              json: null,
              float: null,
            },
    });
    const rows = await lab.rows(featureService("s", [anything]), {
      labels: [
        { asked: AT, there: true },
        { asked: AT, there: false },
      ],
      timestamp: "asked",
    });
    const named = (values: object) => Object.fromEntries(Object.entries(values).map(([k, v]) => [`any__${k}`, v]));
    expect(rows[0]).toStrictEqual({ asked: at, there: true, ...named(answer) });
    expect(Object.values(rows[1] ?? {}).slice(2)).toEqual(Object.keys(OUTPUTS).map(() => null));
  });

  it("that throws fails the frame with its name, the row and the reason, and leaves nothing behind", async () => {
    const picky = onDemand("picky", {
      request: { items: t.int32() },
      outputs: { x: t.int32() },
      compute: ({ items }) => {
        if (items === 2) throw new Error("two is too many");
        return { x: items };
      },
    });
    const before = await tables();
    const labels = [1, 2, 3].map((items) => ({ id: 1, asked: AT, items }));
    await expect(lab.frame(featureService("s", [spending, picky]), { labels, timestamp: "asked" })).rejects.toThrow(
      /^ON_DEMAND_FAILED at on-demand feature 'picky', row 1: it failed: two is too many; its inputs can be null/,
    );
    expect(await tables()).toEqual(before);
  });

  it("that gives a value of another type fails the frame", async () => {
    const wrong = onDemand("wrong", { outputs: { x: t.int32() }, compute: () => ({ x: 2 ** 31 }) });
    await expect(
      lab.frame(featureService("s", [wrong]), { labels: [{ asked: AT }], timestamp: "asked" }),
    ).rejects.toThrow("ON_DEMAND_FAILED at on-demand feature 'wrong', row 0: its output 'x' is not a int32");
  });

  it("clashes with a label's column of its name", async () => {
    const labels = [{ id: 1, asked: AT, items: 1, day: null, basket__hour: 5 }];
    await expect(lab.frame(featureService("s", [basket]), { labels, timestamp: "asked" })).rejects.toMatchObject({
      code: "FRAME_COLUMN_CLASH",
    });
  });
});
