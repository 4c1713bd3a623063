import { count, entity, featureService, featureView, instant, last, parquet, sum, t } from "@lockstep/core";

export const customer = entity("customer", { id: t.int64() });
export const orders = parquet("orders", {
  path: "orders.parquet",
  columns: { at: t.timestamp(), id: t.int64(), amount: t.int64(), shop: t.string() },
  eventTime: "at",
});
export const spending = featureView("spending", {
  entity: customer,
  source: orders,
  features: (f) => ({ last_amount: f.amount, total_1h: sum(f.amount).over("1h"), orders_1h: count().over("1h") }),
});
export const shopping = featureService("shopping", [spending]);
export const latestShop = featureService("latest_shop", [
  featureView("shops", {
    entity: customer,
    source: orders,
    features: (f) => ({ shop: f.shop, shop_ever: last(f.shop).over("lifetime", { bounds: "(]" }) }),
  }),
]);

/** Three customers' orders at noon; one of them is of tomorrow. */
export const ORDERS = `SELECT * FROM (VALUES
  (TIMESTAMP '2001-03-01 12:00:00', 1::BIGINT, 5::BIGINT, 'a'),
  (TIMESTAMP '2001-03-01 12:10:00', 1, 7, 'b'),
  (TIMESTAMP '2001-03-01 12:20:00', 2, NULL, 'c'),
  (TIMESTAMP '2001-03-02 12:00:00', 3, 9, 'd')
) AS t("at", id, amount, shop)`;

export const AT = "2001-03-01T12:30:00Z";
export const at = instant(AT);
