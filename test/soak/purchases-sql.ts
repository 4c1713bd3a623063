import type { Row } from "../oracle/index.js";

/** A price is written as text: without quotes it is a decimal first, and a double of that may be its neighbour. */
export function purchasesSql(rows: readonly Row[]): string {
  const values = rows.map(
    ({ customer_id, shop_id, happened_at, known_at, amount, price }) =>
      `(${customer_id}::BIGINT, '${shop_id}', make_timestamp(${happened_at}::BIGINT), make_timestamp(${known_at}::BIGINT), ${amount}::BIGINT, '${price}'::DOUBLE)`,
  );
  return `SELECT * FROM (VALUES ${values.join(", ")}) AS p(customer_id, shop_id, happened_at, known_at, amount, price)`;
}
