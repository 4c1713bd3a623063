import {
  compileRepo,
  entity,
  type FeatureSet,
  featureService,
  featureView,
  type ParquetOptions,
  parquet,
  t,
} from "@lockstep/core";
import { type Database, type Sources, trainingFrame } from "@lockstep/offline";

/** The columns that the tests' tables have. */
export const COLUMNS = {
  k: t.string(),
  at: t.timestamp(),
  known: t.timestamp(),
  day: t.date(),
  x: t.int64(),
  id: t.int64(),
  gone: t.bool(),
};

// biome-ignore lint/suspicious/noExplicitAny: declarations are made from parts here, so their types are not known
type Any = any;

/** A repo of one view `v` over the rows of a query. */
export function repoOf(
  rows: string,
  options: Partial<ParquetOptions<typeof COLUMNS>>,
  features: (f: Any) => FeatureSet,
) {
  const source = parquet("events", { path: "", columns: COLUMNS, eventTime: "at", ...options } as Any);
  const view = featureView("v", { entity: entity("thing", { k: t.string() }), source, features } as Any);
  const sources: Sources = { relation: () => `(${rows})`, place: () => "events.parquet", exists: () => true };
  return { ...compileRepo("p", [featureService("s", [view])]), sources };
}

/** The frame of that view at some instants, for the key 'a'. */
export async function frameOf(
  db: Database,
  rows: string,
  options: Partial<ParquetOptions<typeof COLUMNS>>,
  features: (f: Any) => FeatureSet,
  asked: readonly string[],
): Promise<Record<string, unknown>[]> {
  const { ir, computations, sources } = repoOf(rows, options, features);
  const service = ir.services[0];
  if (!service) throw new Error("no service");
  const labels = asked.map((at) => ({ k: "a", asked: at }));
  const frame = await trainingFrame({ db, repo: ir, computations, sources }, service, { labels, timestamp: "asked" });
  const result = await frame.rows();
  await frame.close();
  return result;
}

/** A row as SQL; columns that are not given are null. */
export function row(values: Readonly<Record<string, string>>): string {
  const types = {
    k: "VARCHAR",
    at: "TIMESTAMP",
    known: "TIMESTAMP",
    day: "DATE",
    x: "BIGINT",
    id: "BIGINT",
    gone: "BOOLEAN",
  };
  const columns = Object.entries(types).map(([name, type]) => `${values[name] ?? `NULL::${type}`} AS "${name}"`);
  return `SELECT ${columns.join(", ")}`;
}

export const rows = (...list: readonly string[]): string => list.join(" UNION ALL ");
