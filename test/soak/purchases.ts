import type { Row } from "../oracle/index.js";
import type { Random } from "../support/random.js";

export const CUSTOMERS = 2_000;
export const SHOPS = 300;

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

export const shopOf = (i: number): string => `shop-${i}`;

/** Of the last ten days, one for each customer and shop at least; some become known only later. */
export function firstPurchases(random: Random, now: bigint, count: number): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const happened = now - BigInt(random(10 * DAY) + 2 * SECOND);
    const known = happened + BigInt(random(60) * MINUTE + random(SECOND));
    return purchase(random, i, happened, i < CUSTOMERS ? happened : known);
  });
}

/** What has become known by now, and not before: mostly of the last hours, some of it yet to happen. */
export function newPurchases(random: Random, now: bigint, count: number): Row[] {
  return Array.from({ length: count }, () => {
    const ahead = random(20) === 0;
    const happened = ahead ? now + BigInt(random(MINUTE)) : now - BigInt(random(120 * MINUTE));
    return purchase(random, random(CUSTOMERS), happened, now);
  });
}

const purchase = (random: Random, i: number, happened_at: bigint, known_at: bigint): Row => ({
  customer_id: BigInt(i % CUSTOMERS),
  shop_id: shopOf(i < CUSTOMERS ? i % SHOPS : random(SHOPS)),
  happened_at,
  known_at,
  amount: BigInt(random(1_000)),
  price: random(1_000_000) / 997,
});
