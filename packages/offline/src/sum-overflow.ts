import { duckdb, greatSumsSql, rowsOfKeySql } from "@lockstep/compiler";
import { isLockstepError, LockstepError, type RepoIR, type ViewIR, type WindowFeatureIR } from "@lockstep/core";
import type { Database } from "./database.js";
import type { Sources } from "./sources.js";

/** Computes one feature again from some of the source's rows. */
export type Probe = (view: ViewIR, feature: WindowFeatureIR, sources: Sources) => Promise<unknown>;

export interface SumContext {
  readonly db: Database;
  readonly repo: RepoIR;
  readonly sources: Sources;
}

/** More keys than this are not tried. */
const TRIED = 20;

/** True where decimals left the engine's 128 bits on the way: it says so of no key. */
export const isSumOverflow = (error: unknown): error is LockstepError =>
  isLockstepError(error) && error.code === "AGGREGATE_OVERFLOW" && String(error.cause).includes("HUGEINT");

/** The feature and the key whose sum leaves 128 bits, as an error like that of a sum which does not fit its type. */
export async function namedSumOverflow(
  { db, repo, sources }: SumContext,
  views: readonly string[],
  probe: Probe,
): Promise<LockstepError | null> {
  for (const view of repo.views.filter((v) => views.includes(v.name))) {
    const source = repo.sources.find((s) => s.name === view.source);
    if (!source) continue;
    for (const feature of view.features.filter(sumsDecimals)) {
      const request = { dialect: duckdb, source, view, feature, relation: sources.relation(source), limit: TRIED };
      for (const found of await db.rows(greatSumsSql(request))) {
        const key = view.keys.map((_, i) => String(found[`k${i}`]));
        const own = rowsOfKeySql(request, key);
        const cause = await probe(view, feature, { ...sources, relation: () => own }).then(
          () => null,
          (error: unknown) => error,
        );
        if (isSumOverflow(cause))
          return overflow(`${view.name}.${feature.name} for key ${key.join(" ")}`.trim(), cause);
      }
    }
  }
  return null;
}

const sumsDecimals = (feature: ViewIR["features"][number]): feature is WindowFeatureIR =>
  feature.kind === "window" &&
  (feature.aggregate === "sum" || feature.aggregate === "mean") &&
  feature.argument?.type.kind === "decimal";

const overflow = (what: string, cause: LockstepError): LockstepError =>
  new LockstepError(
    { code: "AGGREGATE_OVERFLOW", what, mend: cause.diagnostics[0]?.mend ?? "mend the rows" },
    { cause },
  );
