import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  compileRepo,
  count,
  entity,
  type FeatureService,
  featureService,
  featureView,
  onDemand,
  parquet,
  sum,
  t,
} from "@lockstep/core";
import { Database, type FrameContext, type FrameOptions, localSources, trainingFrame } from "../src/index.js";

/** A shop's orders in a folder of its own, and frames over them. */
export interface Shop {
  readonly folder: string;
  readonly db: Database;
  frame(service: FeatureService, options: FrameOptions): ReturnType<typeof trainingFrame>;
  context(service: FeatureService): FrameContext;
  close(): Promise<void>;
}

export const customer = entity("customer", { customer: t.string() });
export const orders = parquet("orders", {
  path: "orders.parquet",
  columns: { customer: t.string(), at: t.timestamp(), amount: t.float64() },
  eventTime: "at",
});
export const spending = featureView("spending", {
  entity: customer,
  source: orders,
  features: (f) => ({ last: f.amount, n: count().over("1d"), total: sum(f.amount).over("1d") }),
});
export const doubled = onDemand("doubled", {
  request: { x: t.int64() },
  outputs: { y: t.int64(), text: t.string() },
  compute: ({ x }) => ({ y: x === null ? null : x * 2n, text: x === null ? null : `number ${x} of the many` }),
});
export const shopping = featureService("shopping", [spending]);
export const computed = featureService("computed", [spending, doubled]);

/** Customers c0 to c9 order in turn, an order every `every` seconds from 2026-01-01 on. */
export async function openShop(rows = 100, every = 3600, copy = ""): Promise<Shop> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-shop-"));
  const db = await Database.open({ threads: 2 });
  await db.run(`COPY (
    SELECT 'c' || (i % 10) AS customer, TIMESTAMP '2026-01-01' + INTERVAL (i * ${every}) SECOND AS at, i::DOUBLE AS amount
    FROM range(${rows}) r(i)
  ) TO '${folder}/orders.parquet' (FORMAT parquet${copy})`);
  const context = (service: FeatureService): FrameContext => {
    const { ir, computations } = compileRepo("p", [service]);
    return { db, repo: ir, computations, sources: localSources(folder) };
  };
  return {
    folder,
    db,
    context,
    frame: async (service, options) => {
      const given = context(service);
      const [ir] = given.repo.services;
      if (!ir) throw new Error("no service");
      return trainingFrame(given, ir, options);
    },
    close: async () => {
      db.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The connection's temporary tables that Lockstep made. */
export const leftTables = async (connection: Database["connection"]): Promise<string[]> => {
  const reader = await connection.runAndReadAll("SELECT table_name FROM duckdb_tables() WHERE temporary");
  return reader.getRows().map(([name]) => String(name));
};
