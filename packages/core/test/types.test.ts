import { describe, expect, expectTypeOf, it, test } from "vitest";
import {
  type AnswerOf,
  count,
  days,
  type Expr,
  entity,
  featureService,
  featureView,
  last,
  max,
  mean,
  min,
  minutes,
  onDemand,
  parquet,
  type RequestOf,
  type SourceRow,
  sum,
  type TypeOf,
  t,
} from "../src/index.js";

const customer = entity("customer", { id: t.int64(), shop: t.string() });
const orders = parquet("orders", {
  path: "orders.parquet",
  columns: {
    at: t.timestamp(),
    id: t.int64(),
    shop: t.string(),
    small: t.int32(),
    price: t.decimal(9, 2),
    weight: t.float32(),
    rate: t.float64(),
    paid: t.bool(),
    day: t.date(),
    raw: t.bytes(),
    note: t.json(),
    tags: t.list(t.string()),
    vector: t.vector(3),
    place: t.struct({ x: t.float64(), name: t.string() }),
  },
  eventTime: "at",
});
const spending = featureView("spending", {
  entity: customer,
  source: orders,
  features: (f) => ({
    last_price: f.price,
    last_tags: f.tags,
    last_place: f.place,
    orders_1d: count().over("1d"),
    total_7d: sum(f.price).over("7d"),
    mean_weight_7d: mean(f.weight).over("7d"),
    last_raw: last(f.raw).over("7d"),
  }),
});
const basket = onDemand("basket", {
  request: { items: t.int32(), when: t.timestamp() },
  features: { price: spending.f.last_price, orders: spending.f.orders_1d },
  outputs: { share: t.float64(), again: t.bool() },
  compute: ({ items, orders: n }) => ({
    share: items === null || n === null ? null : items / Number(n),
    again: n === null ? null : n > 0n,
  }),
});
const service = featureService("s", [
  spending.pick("last_price", "orders_1d", "last_tags", "last_place").rename({ orders_1d: "orders" }),
  spending.as("other", { id: "other_id" }).pick("total_7d"),
  basket,
]);

describe("the types of a service", () => {
  it("are what a request gives: keys, mapped keys, request fields", () => {
    expectTypeOf<RequestOf<typeof service>>().toEqualTypeOf<{
      readonly id: bigint | number | null;
      readonly shop: string | null;
      readonly other_id: bigint | number | null;
      readonly items: number | null;
      readonly when: bigint | string | null;
    }>();
  });

  it("are what an answer holds: picks, renames, aliases, on-demand outputs", () => {
    expectTypeOf<AnswerOf<typeof service>>().toEqualTypeOf<{
      readonly spending__last_price: string | null;
      readonly orders: bigint | null;
      readonly spending__last_tags: (string | null)[] | null;
      readonly spending__last_place: { x: number | null; name: string | null } | null;
      readonly other__total_7d: string | null;
      readonly basket__share: number | null;
      readonly basket__again: boolean | null;
    }>();
  });

  it("are those of every feature of a view that is not picked from", () => {
    const whole = featureService("whole", [spending.as("all")]);
    expectTypeOf<
      keyof AnswerOf<typeof whole>
    >().toEqualTypeOf<`all__${"last_price" | "last_tags" | "last_place" | "orders_1d" | "total_7d" | "mean_weight_7d" | "last_raw"}`>();
    expectTypeOf<AnswerOf<typeof whole>["all__last_raw"]>().toEqualTypeOf<Uint8Array | null>();
    expectTypeOf<AnswerOf<typeof whole>["all__mean_weight_7d"]>().toEqualTypeOf<number | null>();
  });

  it("ask for no key where no view has an entity", () => {
    const everywhere = featureView("everywhere", { source: orders, features: () => ({ n: count().over("1d") }) });
    const keyless = featureService("keyless", [everywhere]);
    expectTypeOf<keyof RequestOf<typeof keyless>>().toBeNever();
    expectTypeOf<AnswerOf<typeof keyless>>().toEqualTypeOf<{ readonly everywhere__n: bigint | null }>();
  });
});

/** The kind that the types give an expression, which must be the one that it has. */
const kindOf = <E extends Expr>(expr: E): [TypeOf<E>["kind"], string] => [
  undefined as never as TypeOf<E>["kind"],
  expr.ir.type.kind,
];

test("an expression's type is what its value will be", () => {
  featureView("typed", {
    source: orders,
    features: (f) => {
      const ints = [kindOf(f.id.plus(f.small)), kindOf(f.small.times(2)), kindOf(f.small.negate())];
      expectTypeOf(ints).toEqualTypeOf<["int64", string][]>();
      expect(ints.map((k) => k[1])).toEqual(["int64", "int64", "int64"]);

      const floats = [kindOf(f.id.plus(f.rate)), kindOf(f.price.times(f.weight)), kindOf(f.weight.minus(1))];
      expectTypeOf(floats).toEqualTypeOf<["float64", string][]>();
      expect(floats.map((k) => k[1])).toEqual(["float64", "float64", "float64"]);

      const decimals = [kindOf(f.id.plus(f.price)), kindOf(f.price.minus(f.price.plus(1))), kindOf(f.price.negate())];
      expectTypeOf(decimals).toEqualTypeOf<["decimal", string][]>();
      expect(decimals.map((k) => k[1])).toEqual(["decimal", "decimal", "decimal"]);

      const same = kindOf(f.small.coalesce(0));
      expectTypeOf(same).toEqualTypeOf<["int32", string]>();
      expect(same[1]).toBe("int32");
      return { n: f.id };
    },
  });
});

const mistakes = (features: () => unknown) => expect(features).toBeTypeOf("function");

test("mistakes in a source are type errors", () => {
  mistakes(() => [
    // @ts-expect-error no such column
    parquet("s", { path: "", columns: { at: t.timestamp() }, eventTime: "when" }),
    // @ts-expect-error the event time is no instant
    parquet("s", { path: "", columns: { at: t.timestamp(), n: t.int64() }, eventTime: "n" }),
    // @ts-expect-error the column that says when it was known is no instant
    parquet("s", { path: "", columns: { at: t.timestamp(), n: t.int64() }, eventTime: "at", knownAt: "n" }),
    // @ts-expect-error the expression is no instant
    parquet("s", { path: "", columns: { at: t.timestamp(), n: t.int64() }, eventTime: "at", knownAt: (f) => f.n }),
    // @ts-expect-error another name for a column that is not there
    parquet("s", { path: "", columns: { at: t.timestamp() }, eventTime: "at", from: { m: "M" } }),
    // @ts-expect-error a month has no length
    parquet("s", { path: "", columns: { at: t.timestamp() }, eventTime: "at", lookback: "1 month" }),
  ]);
});

test("mistakes in an entity are type errors", () => {
  mistakes(() => [
    // @ts-expect-error a float is no key
    entity("e", { weight: t.float64() }),
    // @ts-expect-error nor is a list
    entity("e", { tags: t.list(t.string()) }),
    // @ts-expect-error the source has no such column
    featureView("v", { entity: entity("e", { who: t.string() }), source: orders, features: (f) => ({ n: f.id }) }),
    // @ts-expect-error the source's column has another type
    featureView("v", { entity: entity("e", { id: t.string() }), source: orders, features: (f) => ({ n: f.id }) }),
    featureView("v", {
      entity: entity("e", { who: t.string() }),
      // @ts-expect-error the key is mapped to a column of another type
      source: orders,
      keys: { who: "id" },
      features: (f) => ({ n: f.id }),
    }),
    featureView("v", {
      entity: entity("e", { who: t.string() }),
      // @ts-expect-error so the source does not fit
      source: orders,
      // @ts-expect-error the key is mapped to a column that is not there
      keys: { who: "whom" },
      features: (f) => ({ n: f.id }),
    }),
  ]);
});

test("mistakes in expressions and aggregates are type errors", () => {
  const inView = (
    features: Parameters<typeof featureView<"v", typeof orders.columns, Record<string, never>>>[1]["features"],
  ) => features;
  mistakes(() =>
    inView((f) => {
      // @ts-expect-error no such column
      f.prize;
      // @ts-expect-error text has no sum
      sum(f.shop);
      // @ts-expect-error nor a mean
      mean(f.day);
      // @ts-expect-error JSON has no order
      min(f.note);
      // @ts-expect-error nor has a struct
      max(f.place);
      // @ts-expect-error a calendar window
      count().over("3 months");
      // @ts-expect-error no window at all
      count().over(3600);
      // @ts-expect-error a sawtooth has one closed edge
      count().over("1h", { bounds: "[]" });
      // @ts-expect-error a sliding window has no hop
      count().over("1h", { shape: "sliding", hop: "1m" });
      // @ts-expect-error a lifetime has no shape
      count().over("lifetime", { shape: "sliding" });
      // @ts-expect-error a predicate is a bool
      count().where(f.id);
      // @ts-expect-error text cannot be added
      f.shop.plus(1);
      // @ts-expect-error a number and text
      f.id.plus("1");
      // @ts-expect-error a number and text
      f.rate.gt(f.shop);
      // @ts-expect-error text and a number
      f.shop.eq(5);
      // @ts-expect-error a bool is no number
      f.paid.times(2);
      // @ts-expect-error a number is no bool
      f.id.and(f.paid);
      // @ts-expect-error null would become another type
      f.small.coalesce(f.id);
      // @ts-expect-error null would become another type
      f.shop.coalesce(0);
      // @ts-expect-error an instant moves by a duration
      f.at.plus(5);
      // @ts-expect-error a month has no length
      f.at.plus("3 months");
      // @ts-expect-error text makes no duration
      minutes(f.shop);
      // @ts-expect-error nor does an instant
      days(f.at);
      return {};
    }),
  );
});

test("mistakes in a service are type errors", () => {
  mistakes(() => [
    // @ts-expect-error no such feature
    spending.pick("last_prize"),
    // @ts-expect-error no such feature to rename
    spending.rename({ last_prize: "x" }),
    // @ts-expect-error no such key
    spending.as("other", { ident: "other_id" }),
    // @ts-expect-error picked away
    spending.pick("orders_1d").pick("last_price"),
    // @ts-expect-error no member
    featureService("s", [orders]),
    // @ts-expect-error no such column in the answer
    (a: AnswerOf<typeof service>) => a.spending__orders_1d,
    // @ts-expect-error a key of another type
    { id: "5", shop: "x", other_id: 1n, items: 1, when: 0n } satisfies RequestOf<typeof service>,
    // @ts-expect-error a key is missing
    { id: 5n, shop: "x", items: 1, when: 0n } satisfies RequestOf<typeof service>,
  ]);
});

test("mistakes in an on-demand feature are type errors", () => {
  mistakes(() => [
    // @ts-expect-error an output of another type
    onDemand("o", { outputs: { y: t.float64() }, compute: () => ({ y: "much" }) }),
    // @ts-expect-error an output is missing
    onDemand("o", { outputs: { y: t.float64(), z: t.int64() }, compute: () => ({ y: 1 }) }),
    // @ts-expect-error a promise is no output
    onDemand("o", { outputs: { y: t.float64() }, compute: async () => ({ y: 1 }) }),
    // @ts-expect-error an input that is not asked for
    onDemand("o", { request: { x: t.int64() }, outputs: { y: t.int64() }, compute: ({ z }) => ({ y: z }) }),
    // @ts-expect-error an input may be null
    onDemand("o", { request: { x: t.int64() }, outputs: { y: t.int64() }, compute: ({ x }) => ({ y: x + 1n }) }),
    // @ts-expect-error no such feature
    onDemand("o", { features: { p: spending.f.prize }, outputs: { y: t.int64() }, compute: () => ({ y: 1 }) }),
  ]);
});

describe("a source that takes pushes", () => {
  it("has an id", () => {
    const columns = { at: t.timestamp(), known: t.timestamp(), n: t.int64(), x: t.float64() };
    const good = parquet("s", { path: "", columns, eventTime: "at", knownAt: "known", id: "n", push: true });
    // @ts-expect-error: Property 'id' is missing
    parquet("s", { path: "", columns, eventTime: "at", push: true });
    type Row = SourceRow<typeof good>;
    expectTypeOf<Row["at"]>().toEqualTypeOf<bigint | string | null | undefined>();
    expectTypeOf<Row["n"]>().toEqualTypeOf<bigint | number | null | undefined>();
    // @ts-expect-error: 'y' does not exist
    const row: Row = { at: "2001-03-01T00:00:00Z", y: 1 };
    expect(row).toBeDefined();
  });
});
