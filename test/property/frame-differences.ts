import { duckdb } from "@lockstep/compiler";
import { compileRepo, type RepoIR } from "@lockstep/core";
import { type Database, trainingFrame } from "@lockstep/offline";
import { evaluate, sameValue, type Type, type Value } from "../oracle/index.js";
import type { Ask } from "./edges.js";
import type { Case } from "./model.js";
import { loadRows, tableSources } from "./table-source.js";

export interface Compared {
  readonly differences: readonly string[];
  readonly labels: number;
  readonly values: number;
  readonly present: number;
}

/** Where a training frame over these labels is not what the oracle says. */
export async function frameDifferences(db: Database, c: Case, asks: readonly Ask[]): Promise<Compared> {
  const { ir, computations } = compileRepo("p", [c.service]);
  const table = await loadRows(db, c.rows);
  const service = ir.services[0];
  if (!service) throw new Error("no service");
  const labels = asks.map(({ key, t }, i) => ({
    ...Object.fromEntries(c.keys.map((k, j) => [k, key[j]])),
    asked: t,
    place: BigInt(i),
  }));
  const hints = () => ({
    dense: denseKeys(c, ir, table),
    settle: c.settle,
    most: c.rows.length % 2 === 0,
    few: c.rows.length % 4 > 1,
  });
  const frame = await trainingFrame({ db, repo: ir, computations, sources: tableSources(table), hints }, service, {
    labels,
    timestamp: "asked",
    statuses: true,
  });
  const rows = await frame.rows();
  const differences: string[] = [];
  const counts = { labels: asks.length, values: 0, present: 0 };
  if (rows.length !== labels.length) differences.push(`${labels.length} labels in, ${rows.length} rows out`);
  labels.forEach((label, i) => {
    const [row, ask] = [rows[i] ?? {}, asks[i] as Ask];
    for (const [name, wanted] of Object.entries(label)) {
      if (row[name] !== wanted)
        differences.push(`row ${i}: label column ${name} is ${String(row[name])}, not ${String(wanted)}`);
    }
    const expected = evaluate(c.oracle, [...c.rows], ask.key, ask.t);
    for (const [name, type] of c.types) {
      const answer = expected[name];
      const value = row[`v__${name}`] as Value;
      const status = row[`v__${name}__status`];
      counts.values++;
      if (answer?.status === "PRESENT") counts.present++;
      if (!answer || !sameValue(type as Type, answer, value) || answer.status !== status) {
        differences.push(
          `row ${i} ${name} at ${ask.t} key ${String(ask.key)}: frame ${status} ${String(value)}, oracle ${answer?.status} ${String(answer?.value)}`,
        );
      }
    }
  });
  await frame.close();
  await db.run(`DROP TABLE ${table}`);
  return { differences, ...counts };
}

/** Some keys: an arbitrary half of those that the source has. */
function denseKeys(c: Case, { views, sources }: RepoIR, table: string): boolean | string {
  if (c.dense !== "some") return c.dense === "all";
  const keys = (views[0]?.keys ?? []).map(({ column }, i) => {
    const declared = sources[0]?.columns.find((s) => s.name === column);
    return `${duckdb.ident(declared?.from ?? column)} AS k${i}`;
  });
  const names = keys.map((_, i) => `k${i}`);
  if (names.length === 0) return "(SELECT 1)";
  return `(SELECT * FROM (SELECT DISTINCT ${keys.join(", ")} FROM ${table}) WHERE hash(${names.join(", ")}) % 2 = 0)`;
}
