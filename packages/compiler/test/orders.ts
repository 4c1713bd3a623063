import {
  compileRepo,
  count,
  entity,
  featureService,
  featureView,
  last,
  parquet,
  type RepoIR,
  type ServiceIR,
  sum,
  t,
  type ViewIR,
} from "@lockstep/core";

const customer = entity("customer", { id: t.int64() });
const orders = parquet("orders", {
  path: "orders.parquet",
  columns: { at: t.timestamp(), arrived: t.timestamp(), id: t.int64(), amount: t.int64(), shop: t.string() },
  eventTime: "at",
  knownAt: "arrived",
  from: { id: "customer id" },
});
const spending = featureView("spending", {
  entity: customer,
  source: orders,
  ttl: "1d",
  features: (f) => ({
    last_amount: f.amount,
    total_1h: sum(f.amount).over("1h"),
    large_1h: count().where(f.amount.gt(100)).over("1h"),
    recent: count().over("90s", { shape: "sliding" }),
    shop_ever: last(f.shop).over("lifetime"),
  }),
});

/** A small repo, of which a reader can follow the SQL. */
export const { repo, service, view } = small();

function small(): { repo: RepoIR; service: ServiceIR; view: ViewIR } {
  const { ir } = compileRepo("small", [featureService("shopping", [spending])]);
  const [first, only] = [ir.services[0], ir.views[0]];
  if (!first || !only) throw new Error("nothing compiled");
  return { repo: ir, service: first, view: only };
}
