import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Database } from "@lockstep/offline";
import { expect, it } from "vitest";
import { openStore } from "../src/index.js";
import { repoFolder } from "./repo-folder.js";

const FEATURES = `
import { entity, featureService, featureView, parquet, sum, t } from "@lockstep/core";
const columns = { at: t.timestamp(), id: t.string(), amount: t.decimal(38, 2) };
const source = parquet("orders", { path: "orders.parquet", columns, eventTime: "at" });
const customer = entity("customer", { id: t.string() });
const features = (f) => ({ fine: sum(f.amount).over("1h"), total: sum(f.amount).over("lifetime") });
export const ordered = featureView("ordered", { entity: customer, source, owner: "o@example.org", features });
export const ordering = featureService("ordering", [ordered]);
`;
const CONFIG = `export default {
  project: "p", features: "features.mjs", environments: { default: { clock: "2002-01-01T00:00:00Z" } },
};`;

it("a materialization names the key whose decimals leave 128 bits", async () => {
  const cwd = repoFolder({ "lockstep.config.mjs": CONFIG, "features.mjs": FEATURES });
  symlinkSync(fileURLToPath(new URL("../../../node_modules", import.meta.url)), join(cwd, "node_modules"));
  const db = await Database.open({ threads: 1 });
  const store = await openStore({ cwd });
  try {
    await db.run(`COPY (SELECT TIMESTAMP '2001-03-01' + to_days(i::INTEGER) AS at, 'it''s ' || i % 2 AS id,
        CASE WHEN i % 2 = 1 THEN '${"9".repeat(36)}' ELSE '1' END::DECIMAL(38, 2) AS amount FROM range(6) r(i))
      TO '${join(cwd, "orders.parquet")}' (FORMAT parquet)`);
    await store.apply();
    await expect(store.materialize()).rejects.toMatchObject({
      diagnostics: [{ code: "AGGREGATE_OVERFLOW", what: "ordered.total for key it's 1" }],
    });
  } finally {
    await store.close();
    db.close();
  }
});
