/** Where the example's orders lie, relative to the repo. */
export const DATA = "data/orders.parquet";

/** The text files of a new feature repo, by their path. */
export const exampleRepo = (project: string): Readonly<Record<string, string>> => ({
  "package.json": `${JSON.stringify(packageJson(project), null, 2)}\n`,
  "lockstep.config.ts": config(project),
  "features.ts": FEATURES,
  "labels.csv": LABELS,
  ".gitignore": "node_modules/\n.lockstep/\ntrain.parquet\n",
});

const packageJson = (project: string) => ({
  name: project.toLowerCase(),
  private: true,
  type: "module",
  engines: { node: ">=20.19" },
  scripts: {
    plan: "fs plan",
    apply: "fs apply",
    materialize: "fs materialize",
    serve: "fs serve",
    parity: "fs parity",
  },
});

const config = (project: string) => `import { defineConfig } from "@lockstep/core";

export default defineConfig({
  project: "${project}",
  features: "features.ts",
  environments: {
    // The example's orders are of January 2026, so its clock stands still there. Without \`clock\` it is the real one.
    dev: { clock: "2026-01-07T00:00:00Z" },
  },
});
`;

const FEATURES = `import { count, entity, featureService, featureView, max, parquet, sum, t } from "@lockstep/core";

// Whose features these are. Labels and requests name it by its key.
export const customer = entity("customer", { customer_id: t.string() });

// What happened: a row per order.
export const orders = parquet("orders", {
  path: "${DATA}",
  columns: { customer_id: t.string(), ordered_at: t.timestamp(), amount: t.float64() },
  eventTime: "ordered_at",
});

export const spending = featureView("spending", {
  description: "What a customer has bought lately",
  entity: customer,
  source: orders,
  freshness: "1d",
  features: (o) => ({
    last_amount: o.amount,
    orders_3d: count().over("3d"),
    spent_3d: sum(o.amount).over("3d"),
    largest_7d: max(o.amount).over("7d"),
    orders_ever: count().over("lifetime"),
  }),
});

export const nextOrder = featureService("next_order", [spending], {
  description: "Will this customer order again within a day?",
});
`;

const LABELS = `customer_id,asked_at,ordered_again
c1,2026-01-03 12:00:00,true
c2,2026-01-04 12:00:00,true
c3,2026-01-05 12:00:00,false
c4,2026-01-06 12:00:00,true
c1,2026-01-06 18:00:00,false
`;
