import {
  compileRepo,
  count,
  type Duration,
  entity,
  featureService,
  featureView,
  type Instant,
  parquet,
  type RepoIR,
  t,
} from "@lockstep/core";
import type { Database, Sources } from "@lockstep/offline";
import { createReader, type OnlineStore } from "@lockstep/online";
import type { AppliedVersion, Registry } from "@lockstep/registry";
import { memoryRegistry } from "../../../test/support/memory-registry.js";
import { type Row, tablesOf } from "../../../test/support/tables.js";
import { type MaterializeOptions, type MaterializeResult, materialize } from "../src/index.js";

/** Orders of customers: two views, each in a service of its own. */
export const shop = (size: Duration, lookback?: Duration): RepoIR => shopOf(size, lookback, {});

/** The same, whose orders may be pushed too. */
export const pushShop = (size: Duration = "1h", lookback: Duration = "0s"): RepoIR =>
  shopOf(size, lookback, { push: true });

function shopOf(size: Duration, lookback: Duration | undefined, options: { push?: true }): RepoIR {
  const source = parquet("orders", {
    path: "",
    columns: { at: t.timestamp(), known: t.timestamp(), customer: t.string(), id: t.int64(), gone: t.bool() },
    eventTime: "at",
    knownAt: "known",
    id: "id",
    ...options,
    deleted: "gone",
    ...(lookback === undefined ? {} : { lookback }),
  });
  const customer = entity("customer", { customer: t.string() });
  const spending = featureView("spending", { entity: customer, source, features: () => ({ n: count().over(size) }) });
  const ever = featureView("ever", {
    entity: customer,
    source,
    features: (f) => ({ id: f.id, n: count().over("lifetime") }),
  });
  return compileRepo("p", [featureService("s", [spending]), featureService("e", [ever])]).ir;
}

interface RunOptions {
  readonly store?: OnlineStore;
  readonly connection?: Database;
  /** The instant is now, and the run finds its T itself. */
  readonly settle?: boolean;
}

export interface Shop {
  readonly registry: Registry;
  apply(repo: RepoIR): Promise<AppliedVersion>;
  run(
    rows: readonly Row[],
    watermark: Instant,
    options?: MaterializeOptions & RunOptions,
  ): Promise<MaterializeResult[]>;
  /** The service's answers for a customer, from the version that is served. */
  read(service: string, customer: string, at: Instant): Promise<unknown[]>;
}

export function openShop(db: Database, store: OnlineStore, registry = memoryRegistry()): Shop {
  const reader = createReader({
    store,
    serving: async () => {
      const { served } = await registry.state();
      if (!served) throw new Error("nothing is served");
      return { repo: served.repo, computations: new Map(), generations: new Map(Object.entries(served.generations)) };
    },
    now: () => 0n,
  });
  return {
    registry,
    apply: async (repo) => {
      const { head } = await registry.state();
      return registry.apply(head?.version ?? 0, repo, new Uint8Array(), "ann");
    },
    run: async (rows, watermark, { store: other = store, connection: own = db, settle = false, ...options } = {}) => {
      const version = (await registry.state()).head as AppliedVersion;
      const sources: Sources = await tablesOf(own, version.repo, { orders: rows });
      const asked = options.range || settle ? options : { ...options, watermark };
      return materialize({ db: own, version, sources, store: other, registry, now: watermark }, asked);
    },
    read: async (service, customer, at) => {
      const answer = await reader.read(service, [{ customer }], { at });
      return answer.columns.map((c) => c.values[0]);
    },
  };
}

export const order = (customer: string, id: number, at: number, more: Row = {}): Row => ({
  at: BigInt(at),
  known: BigInt(at),
  customer,
  id,
  gone: false,
  ...more,
});

/** A store whose methods a test replaces. */
export const delegate = (store: OnlineStore): OnlineStore => ({
  kind: store.kind,
  read: (...args) => store.read(...args),
  write: (...args) => store.write(...args),
  append: (...args) => store.append(...args),
  rows: (...args) => store.rows(...args),
  dropRows: (...args) => store.dropRows(...args),
  removeRows: (...args) => store.removeRows(...args),
  publish: (...args) => store.publish(...args),
  removeOlder: (...args) => store.removeOlder(...args),
  remove: (...args) => store.remove(...args),
  sweep: (...args) => store.sweep(...args),
  warnings: () => store.warnings(),
  ping: () => store.ping(),
  close: () => store.close(),
});
