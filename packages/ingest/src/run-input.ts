import { countedKeysSql, duckdb, touchedKeys, unusedRowsSql } from "@lockstep/compiler";
import type { RepoIR, ViewIR } from "@lockstep/core";
import type { Database, Sources } from "@lockstep/offline";
import type { MaterializeContext } from "./materialize.js";
import type { RunPlan } from "./run-plan.js";

/** What a run computes states from. */
export interface RunInput {
  readonly repo: RepoIR;
  readonly relation: Sources["relation"];
  /** A relation of the keys to compute; absent: all. */
  readonly keys?: string;
  /** How many keys there will be, as far as it is known. */
  readonly total: number | null;
  readonly rows: number;
  readonly unused: Readonly<Record<string, number>>;
}

/** Makes temporary tables in `db`, which are the caller's to release. */
export async function runInput(
  { version, sources }: MaterializeContext,
  db: Database,
  view: ViewIR,
  plan: RunPlan,
  lastKeys: number | null,
): Promise<RunInput> {
  const { repo } = version;
  const request = { dialect: duckdb, repo, view, relation: sources.relation };
  if (plan.touch === null) {
    const counts = countsOf(await db.rows(unusedRowsSql(request)));
    if (lastKeys !== null || counts.rows < COUNTED_ROWS) return { ...request, total: lastKeys, ...counts };
    const [{ keys } = {}] = await db.rows(countedKeysSql({ ...request, watermark: plan.watermark }));
    return { ...request, total: Number(keys), ...counts };
  }
  const name = (what: string) => duckdb.ident(`${view.name} ${what} ${++made}`);
  const touched = touchedKeys({ ...request, watermark: plan.watermark, touch: plan.touch, name });
  for (const { name, sql } of touched.tables) await db.createTable(name, `AS ${sql}`);
  const [{ n } = { n: 0 }] = await db.rows(`SELECT count(*) AS n FROM ${touched.keys}`);
  return { ...touched, total: Number(n), ...countsOf(await db.rows(touched.countsSql)) };
}

/** Over in a few seconds, which nobody needs to be told before. */
const COUNTED_ROWS = 4_000_000;

/** Views of one connection have tables of their own. */
let made = 0;

function countsOf([counts = {}]: readonly Record<string, unknown>[]): Pick<RunInput, "rows" | "unused"> {
  const { rows, ...reasons } = counts;
  const unused = Object.entries(reasons)
    .map(([reason, n]) => [reason, Number(n)] as const)
    .filter(([, n]) => n > 0);
  return { rows: Number(rows ?? 0), unused: Object.fromEntries(unused) };
}
