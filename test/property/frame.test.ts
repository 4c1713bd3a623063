import { compileRepo } from "@lockstep/core";
import { Database, trainingFrame } from "@lockstep/offline";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluate, sameValue, type Type, type Value } from "../oracle/index.js";
import { type Case, cases } from "./model.js";
import { loadRows, tableSources } from "./table-source.js";

const RUNS = Number(process.env["LOCKSTEP_FUZZ_RUNS"] ?? 300);

describe("training frames agree with the oracle", () => {
  let db: Database;
  const drawn = { declarations: 0, labels: 0, values: 0, present: 0 };

  beforeAll(async () => {
    db = await Database.open({ threads: 2 });
  });
  afterAll(() => {
    db.close();
    console.info(`frames: ${JSON.stringify(drawn)}`);
  });

  it("for random views, rows and instants on the edges", { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const differences = await compare(c);
        expect(differences).toEqual([]);
      }),
      { numRuns: RUNS, ...(process.env["LOCKSTEP_SEED"] ? { seed: Number(process.env["LOCKSTEP_SEED"]) } : {}) },
    );
  });

  async function compare(c: Case): Promise<string[]> {
    const { ir, computations } = compileRepo("p", [c.service]);
    const table = await loadRows(db, c.rows);
    const service = ir.services[0];
    if (!service) throw new Error("no service");
    const labels = c.asks.map(({ key, t }) => ({ ...Object.fromEntries(c.keys.map((k, i) => [k, key[i]])), asked: t }));
    const hints = () => ({ dense: c.dense, settle: c.settle });
    const frame = await trainingFrame({ db, repo: ir, computations, sources: tableSources(table), hints }, service, {
      labels,
      timestamp: "asked",
      statuses: true,
    });
    const rows = await frame.rows();
    const out: string[] = [];
    expect(rows.length).toBe(labels.length);
    drawn.declarations++;
    rows.forEach((row, i) => {
      const ask = c.asks[i];
      if (!ask) return;
      drawn.labels++;
      expect(row["asked"]).toBe(ask.t);
      const expected = evaluate(c.oracle, [...c.rows], ask.key, ask.t);
      for (const [name, type] of c.types) {
        const answer = expected[name];
        const value = row[`v__${name}`] as Value;
        const status = row[`v__${name}__status`];
        drawn.values++;
        if (answer?.status === "PRESENT") drawn.present++;
        if (!answer || !sameValue(type as Type, answer, value) || answer.status !== status) {
          out.push(
            `row ${i} ${name} at ${ask.t} key ${String(ask.key)}: frame ${status} ${String(value)}, oracle ${answer?.status} ${String(answer?.value)}`,
          );
        }
      }
    });
    await frame.close();
    await db.run(`DROP TABLE ${table}`);
    return out;
  }
});
