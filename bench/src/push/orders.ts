import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileRepo, count, entity, featureView, formatInstant, instant, parquet, sum, t } from "@lockstep/core";
import { type MaterializeContext, materialize } from "@lockstep/ingest";
import { type Database, localSources } from "@lockstep/offline";
import type { OnlineStore, Pusher } from "@lockstep/online";
import { createPusher } from "@lockstep/push";
import { openRegistry } from "@lockstep/registry";
import { cached, uniform } from "../cache.js";

export const PROJECT = "bench";
const EVENTS_PER_KEY = 20;
const KEYS = 5_000;
const WATERMARK = instant("2024-02-01T00:00:00Z");

/** A source of orders, two views over it, and an applied version in a registry of its own. */
export interface Orders {
  /** What pushes into the store, once all is materialized there. */
  pusherTo(store: OnlineStore): Promise<Pusher>;
  /** So many rows that nobody has pushed, spread over all keys, as a caller has them who read them from JSON. */
  next(rows: number): object[];
  close(): Promise<void>;
}

export async function openOrders(db: Database): Promise<Orders> {
  const path = await cached(
    db,
    `push-${KEYS}x${EVENTS_PER_KEY}-v1`,
    `SELECT i AS id, 'customer-' || i % ${KEYS} AS customer, TIMESTAMP '2024-01-01' + to_seconds(i) AS at,
  (${uniform("i", 0)} * 1000)::BIGINT AS amount, ${uniform("i", 1)} * 1000 AS price, 'EUR' AS currency
FROM range(${KEYS * EVENTS_PER_KEY}) t(i)`,
  );
  const folder = await mkdtemp(join(tmpdir(), "lockstep-bench-push-"));
  const registry = await openRegistry(folder);
  const version = await registry.apply(0, declare(path), new Uint8Array([1]), "bench");
  let id = KEYS * EVENTS_PER_KEY;
  return {
    pusherTo: async (store) => {
      const context: MaterializeContext = {
        db,
        version,
        sources: localSources("/"),
        store,
        registry,
        now: WATERMARK,
      };
      await materialize(context);
      return createPusher({ project: PROJECT, store, registry });
    },
    next: (rows) =>
      Array.from({ length: rows }, () => {
        id++;
        return {
          id,
          customer: `customer-${(id * 7919) % KEYS}`,
          at: formatInstant(WATERMARK + BigInt(id) * 1_000n),
          amount: String(id % 1000),
          price: (id % 977) / 7,
          currency: "EUR",
        };
      }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

function declare(path: string) {
  const orders = parquet("orders", {
    path,
    columns: {
      id: t.int64(),
      customer: t.string(),
      at: t.timestamp(),
      amount: t.int64(),
      price: t.float64(),
      currency: t.string(),
    },
    eventTime: "at",
    knownAt: "at",
    id: "id",
    lookback: "1h",
    push: true,
  });
  const customer = entity("customer", { customer: t.string() });
  const spending = featureView("spending", {
    entity: customer,
    source: orders,
    features: ({ amount, price, currency }) => ({
      amount,
      price,
      spent_1d: sum(amount).where(currency.eq("EUR")).over("1d"),
      events_7d: count().over("7d"),
    }),
  });
  const value = featureView("order_value", {
    entity: customer,
    source: orders,
    features: ({ amount, price }) => ({ value: amount.toFloat64().times(price) }),
  });
  return compileRepo(PROJECT, [spending, value]).ir;
}
