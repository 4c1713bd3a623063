import { compileRepo, type FeaturePlan, stateLayout, type Value, type ViewIR } from "@lockstep/core";
import { checkSources, Database } from "@lockstep/offline";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { aggregate } from "../../../test/oracle/aggregate.js";
import {
  evaluate,
  type OracleFeature,
  type Value as OracleValue,
  type Row,
  sameValue,
} from "../../../test/oracle/index.js";
import { edgeAsks } from "../../../test/property/edges.js";
import { type Case, cases } from "../../../test/property/model.js";
import { settings } from "../../../test/property/settings.js";
import { loadRows, tableSources } from "../../../test/property/table-source.js";
import { type HistoryRow, keyHistory } from "../src/key-history.js";
import { fatesOf } from "../src/why/fates.js";

let db: Database;
beforeAll(async () => {
  db = await Database.open({ threads: 1 });
});
afterAll(() => db.close());

it("the rows that are said to count make the value, at every instant, of what was known by then and by T", {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (c) => {
      expect(await differences(c)).toEqual([]);
    }),
    settings(100),
  );
});

async function differences(c: Case): Promise<string[]> {
  const { ir: repo } = compileRepo("p", [c.service]);
  const view = repo.views[0] as ViewIR;
  const table = await loadRows(db, c.rows);
  const sources = await checkSources(db, tableSources(table), repo.sources);
  const version = { version: 1, repo, bundle: "", generations: {}, appliedAt: "", appliedBy: "" };
  const found: string[] = [];
  for (const { key, t } of [...c.asks, ...edgeAsks(c, 10)]) {
    if (key.includes(null)) continue;
    const rows = await keyHistory({ db, version, sources }, view, key);
    for (const knownBy of [null, ...(t >= c.watermark ? [c.watermark] : [])]) {
      const options = knownBy === null ? {} : { knownAtMost: knownBy };
      const expected = evaluate(c.oracle, [...c.rows], key, t, options);
      for (const plan of stateLayout(view).features) {
        const { name } = plan.feature;
        const feature = c.oracle.features.find((f) => f.name === name) as OracleFeature;
        const fates = fatesOf(view, plan, rows, { t, knownBy });
        const counted = rows.filter((_, i) => fates[i]?.fate === "counts");
        const expired = fates.some(({ fate }) => fate === "expired");
        const wanted = expected[name];
        const type = c.types.get(name);
        const value = aggregated(feature, plan, counted);
        const status = statusOf(feature, counted, expired, value);
        if (!wanted || !type || wanted.status !== status || !sameValue(type, wanted, value as OracleValue))
          found.push(
            `${name} at ${t} by ${knownBy}: ${String(value)} ${status}, oracle ${String(wanted?.value)} ${wanted?.status}`,
          );
      }
    }
  }
  await db.run(`DROP TABLE ${table}`);
  return found;
}

/** What the oracle makes of just these rows, with no window and no predicate: they are in the fates already. */
function aggregated(feature: OracleFeature, plan: FeaturePlan, counted: readonly HistoryRow[]): Value {
  if (plan.kind === "latest") return counted[0]?.inputs[plan.input] ?? null;
  if (feature.kind === "row") throw new Error("another feature");
  const input = plan.specs[0]?.input ?? null;
  const rows = counted.map((r): Row => ({ x: input === null ? null : ((r.inputs[input] ?? null) as never) }));
  const own = feature.arg ? { ...feature, arg: { ...feature.arg, value: (row: Row) => row["x"] ?? null } } : feature;
  return aggregate(own, rows, () => new Error("overflow")).value as Value;
}

function statusOf(feature: OracleFeature, counted: readonly HistoryRow[], expired: boolean, value: Value): string {
  if (feature.kind === "row" && counted.length === 0) return expired ? "EXPIRED" : "MISSING";
  return value === null ? "NULL" : "PRESENT";
}
