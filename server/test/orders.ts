import { entity, featureView, parquet, t } from "@lockstep/core";

const customer = entity("customer", { customer_id: t.string() });
const source = parquet("orders", {
  path: "orders",
  columns: { customer_id: t.string(), at: t.timestamp(), amount: t.int64() },
  eventTime: "at",
});

export const spending = featureView("spending", { entity: customer, source, features: (o) => ({ amount: o.amount }) });

/** The orders are a table of the database. */
export const orders = { relation: () => "orders", place: () => "orders", exists: () => true };
