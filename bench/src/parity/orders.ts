import {
  count,
  countDistinct,
  entity,
  type FeatureService,
  featureService,
  featureView,
  instant,
  last,
  lastN,
  max,
  mean,
  min,
  onDemand,
  parquet,
  quantile,
  stddev,
  sum,
  t,
} from "@lockstep/core";

/** Orders that are corrected, deleted and moved to other shops: versions of one id. */
const orders = parquet("orders", {
  path: "orders.parquet",
  columns: {
    at: t.timestamp(),
    known: t.timestamp(),
    shop: t.string(),
    region: t.int64(),
    id: t.int64(),
    version: t.int64(),
    gone: t.bool(),
    amount: t.float64(),
    items: t.int64(),
    kind: t.string(),
  },
  eventTime: "at",
  knownAt: "known",
  id: "id",
  version: "version",
  deleted: "gone",
});

const shop = entity("shop", { shop: t.string() });
const place = entity("place", { region: t.int64(), shop: t.string() });

const shops = featureView("shops", {
  entity: shop,
  source: orders,
  ttl: "3d",
  features: (f) => ({
    last_amount: f.amount,
    last_kind: f.kind,
    orders_1d: count().over("1d"),
    orders_6h: count().over("6h", { shape: "hopping", hop: "1h" }),
    amount_1d: sum(f.amount).over("1d"),
    mean_7d: mean(f.amount).over("7d"),
    spread_2d: stddev(f.amount).over("2d"),
    items_ever: sum(f.items).over("lifetime"),
    big_12h: count().where(f.amount.gt(50)).over("12h", { shape: "sliding", bounds: "(]" }),
    last_kinds: lastN(f.kind, 3).over("2d", { offset: "1h" }),
  }),
});

const places = featureView("places", {
  entity: place,
  source: orders,
  features: (f) => ({
    kinds_7d: countDistinct(f.kind).over("7d"),
    median_7d: quantile(f.items, 0.5).over("7d"),
    least_2d: min(f.amount).over("2d"),
    most_2d: max(f.amount).over("2d", { bounds: "(]" }),
    latest_kind_1d: last(f.kind).over("1d"),
  }),
});

const check = onDemand("check", {
  request: { asked: t.float64() },
  features: { most: places.f.most_2d },
  outputs: { over: t.bool() },
  compute: ({ asked, most }) => ({ over: asked === null || most === null ? null : asked > most }),
});

export const orderRisk: FeatureService = featureService("order_risk", [
  shops.pick("orders_1d", "last_amount"),
  places,
  check,
]);

export const ORDERS_T = instant("2024-03-31T12:00:00Z");

/**
 * Rows as SQL: of `orders` ids most have one version and some up to three; a later version may be a deletion, or of another
 * shop or time. Event times tie, and some rows are known before they happen.
 */
export const ordersSql = (orders: number, shops: number): string => `
WITH ids AS (SELECT i, hash(i) AS h FROM range(${orders}) r(i)),
versions AS (SELECT i, h, v, hash(i * 7 + v) AS g FROM ids, range(1, 4) s(v) WHERE v = 1 OR h % 10 < 4 - v)
SELECT make_timestamp((${ORDERS_T} - (h % 1209600)::BIGINT * 1000000 // CASE WHEN h % 3 = 0 THEN 60 ELSE 1 END
    + CASE WHEN v > 1 AND g % 4 = 0 THEN 3600000000 ELSE 0 END + CASE WHEN h % 50 = 0 THEN 172800000000 ELSE 0 END)::BIGINT) AS "at",
  make_timestamp((${ORDERS_T} - (h % 1209600)::BIGINT * 1000000 + (v - 1) * 7200000000 + (g % 5) * 600000000)::BIGINT) AS known,
  'shop ' || (((h // 11) + CASE WHEN v > 1 AND g % 7 = 0 THEN 1 ELSE 0 END) % ${shops})::VARCHAR AS shop,
  CASE WHEN g % 97 = 0 THEN NULL ELSE ((h // 13) % 5)::BIGINT END AS region,
  i AS id, v AS version, v > 1 AND g % 5 = 0 AS gone,
  CASE WHEN g % 29 = 0 THEN NULL ELSE ((g % 20000) / 100.0)::DOUBLE + 0.1 END AS amount,
  (g % 9)::BIGINT AS items, ['a', 'b', 'c', NULL, 'd'][1 + (g % 5)::INTEGER] AS kind
FROM versions`;
