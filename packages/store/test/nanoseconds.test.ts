import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Database } from "@lockstep/offline";
import { expect, it } from "vitest";
import { openStore } from "../src/index.js";
import { repoFolder } from "./repo-folder.js";

const FEATURES = `
import { count, entity, featureService, featureView, parquet, t } from "@lockstep/core";
const source = parquet("orders", { path: "orders.parquet", columns: { at: t.timestamp(), id: t.int64() }, eventTime: "at" });
const customer = entity("customer", { id: t.int64() });
const features = (f) => ({ at: f.at, n: count().over("1h", { shape: "sliding" }) });
export const ordered = featureView("ordered", { entity: customer, source, owner: "o@example.org", features });
export const ordering = featureService("ordering", [ordered]);
`;
const CONFIG = `export default {
  project: "p", features: "features.mjs", environments: { default: { clock: "1970-01-01T00:00:00Z" } },
};`;

it("nanoseconds are floored in compiled SQL and in what parity asks, as in a frame", async () => {
  const cwd = repoFolder({ "lockstep.config.mjs": CONFIG, "features.mjs": FEATURES });
  symlinkSync(fileURLToPath(new URL("../../../node_modules", import.meta.url)), join(cwd, "node_modules"));
  const db = await Database.open({ threads: 1 });
  const store = await openStore({ cwd });
  try {
    // Before there are any rows, the declaration is taken at its word.
    expect(await store.compile("ordering")).toContain("orders.parquet");
    await db.run(`COPY (SELECT TIMESTAMP_NS '1969-12-31 23:30:00.000000999' AS at, i AS id FROM range(5) r(i))
      TO '${join(cwd, "orders.parquet")}' (FORMAT parquet)`);
    await db.run(`CREATE TABLE labels AS SELECT 0 AS __row, 1::BIGINT AS id, TIMESTAMP '1970-01-01' AS timestamp`);
    const at = -1_800_000_000n;
    expect(await db.rows(await store.compile("ordering"))).toMatchObject([{ ordered__n: 1n }]);
    const compiled = (await store.compile("ordering")).replace(/;\s*$/, "");
    expect(await db.rows(`SELECT epoch_us(ordered__at) AS at FROM (${compiled})`)).toEqual([{ at }]);
    await store.apply();
    // Rounded up, the orders would be known after the watermark, and there would be no key to ask for.
    await store.materialize({ watermark: at });
    const report = await store.parity({ values: 10 });
    expect(report).toMatchObject({ differ: 0, verdict: "agrees" });
    expect(report.telling).toBeGreaterThan(0);
  } finally {
    await store.close();
    db.close();
  }
});
