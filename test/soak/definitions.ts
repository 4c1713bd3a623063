import type { OracleSource, OracleView, Row, Value } from "../oracle/index.js";

/** What two views are in a version. The numbers are shown by features of their own, so that an answer tells of what it was made. */
export interface Definition {
  readonly version: number;
  /** A definition's number is the version that it was declared in. */
  readonly spending: number;
  readonly popularity: number;
}

/** One view changes with every version, the other with every second. */
export const definitionOf = (version: number): Definition => ({
  version,
  spending: version,
  popularity: version - (version % 2),
});

const WINDOWS = ["6h", "1d", "3d", "7d"] as const;
const windowOf = (number: number) => WINDOWS[number % WINDOWS.length] as (typeof WINDOWS)[number];

export const SERVICE = "checkout";

/** `features.ts` of a version. */
export const declarations = (d: Definition): string => `
import { count, countDistinct, entity, featureService, featureView, max, mean, onDemand, parquet, sum, t } from "@lockstep/core";

const customer = entity("customer", { customer_id: t.int64() });
const shop = entity("shop", { shop_id: t.string() });
const purchases = parquet("purchases", {
  path: "data/*.parquet",
  columns: {
    customer_id: t.int64(), shop_id: t.string(), happened_at: t.timestamp(), known_at: t.timestamp(),
    amount: t.int64(), price: t.float64(),
  },
  eventTime: "happened_at",
  knownAt: (p) => p.known_at,
  lookback: "1h",
});
export const spending = featureView("spending", {
  entity: customer,
  source: purchases,
  freshness: "2h",
  features: (p) => ({
    definition: p.amount.times(0).plus(${d.spending}),
    amount: p.amount,
    spent: sum(p.amount).over("${windowOf(d.spending)}"),
    mean_price: mean(p.price).over("1d", { shape: "sliding" }),
    largest: max(p.price).over("${windowOf(d.spending + 1)}"),
    orders_${d.spending}: count().over("lifetime"),
  }),
});
export const popularity = featureView("popularity", {
  entity: shop,
  source: purchases,
  ttl: "2d",
  features: (p) => ({
    definition: p.amount.times(0).plus(${d.popularity}),
    price: p.price,
    sold: sum(p.amount).over("${windowOf(d.popularity)}"),
    buyers: countDistinct(p.customer_id).over("${windowOf(d.popularity + 2)}"),
  }),
});
export const made = onDemand("made", {
  features: { spent: spending.f.spent, sold: popularity.f.sold },
  outputs: { version: t.int32(), both: t.int64() },
  compute: ({ spent, sold }) => ({ version: ${d.version}, both: spent === null || sold === null ? null : spent + sold }),
});
export const checkout = featureService("${SERVICE}", [spending, popularity, made]);
`;

const int64 = { kind: "int64" } as const;
const float64 = { kind: "float64" } as const;
const string = { kind: "string" } as const;
const timestamp = { kind: "timestamp" } as const;

const source: OracleSource = {
  columns: [
    { name: "customer_id", type: int64 },
    { name: "shop_id", type: string },
    { name: "happened_at", type: timestamp },
    { name: "known_at", type: timestamp },
    { name: "amount", type: int64 },
    { name: "price", type: float64 },
  ],
  eventTime: "happened_at",
  knownAt: (row) => row["known_at"] as bigint,
};

const HOUR = 3_600_000_000n;
const SIZES = { "6h": 6n * HOUR, "1d": 24n * HOUR, "3d": 72n * HOUR, "7d": 168n * HOUR } as const;
const sawtooth = (number: number) => ({ shape: "sawtooth", size: SIZES[windowOf(number)] }) as const;
const from = (name: string) => (row: Row) => row[name] as Value;
const amount = { type: int64, value: from("amount") };
const price = { type: float64, value: from("price") };

export const spendingOracle = (number: number): OracleView => ({
  keys: ["customer_id"],
  source,
  reads: ["customer_id", "happened_at", "amount", "price"],
  features: [
    { name: "definition", kind: "row", type: int64, value: () => BigInt(number) },
    { name: "amount", kind: "row", ...amount },
    { name: "spent", kind: "window", aggregate: "sum", arg: amount, window: sawtooth(number) },
    {
      name: "mean_price",
      kind: "window",
      aggregate: "mean",
      arg: price,
      window: { shape: "sliding", size: SIZES["1d"] },
    },
    { name: "largest", kind: "window", aggregate: "max", arg: price, window: sawtooth(number + 1) },
    { name: `orders_${number}`, kind: "window", aggregate: "count", window: { shape: "lifetime" } },
  ],
});

export const popularityOracle = (number: number): OracleView => ({
  keys: ["shop_id"],
  source,
  ttl: 48n * HOUR,
  reads: ["customer_id", "shop_id", "happened_at", "amount", "price"],
  features: [
    { name: "definition", kind: "row", type: int64, value: () => BigInt(number) },
    { name: "price", kind: "row", ...price },
    { name: "sold", kind: "window", aggregate: "sum", arg: amount, window: sawtooth(number) },
    {
      name: "buyers",
      kind: "window",
      aggregate: "countDistinct",
      arg: { type: int64, value: from("customer_id") },
      window: sawtooth(number + 2),
    },
  ],
});
