import { duckdb, expressionColumns, expressionSql } from "@lockstep/compiler";
import { type ExprIR, isLockstepError, LockstepError, type RepoIR, type SourceIR, type ViewIR } from "@lockstep/core";
import type { Database } from "./database.js";
import type { Sources } from "./sources.js";
import { isSumOverflow, namedSumOverflow, type Probe } from "./sum-overflow.js";

/**
 * Runs a query over views. An engine says that some number or instant is out of range, and not whose: then each of the
 * views' expressions is tried alone, and the error names the one that fails, and its columns. With a probe, a sum that
 * leaves 128 bits is named by its feature and key.
 */
export async function namingOverflow<T>(
  { db, repo, sources }: { readonly db: Database; readonly repo: RepoIR; readonly sources: Sources },
  views: readonly string[],
  query: () => Promise<T>,
  probe?: Probe,
): Promise<T> {
  try {
    return await query();
  } catch (error) {
    if (probe && isSumOverflow(error)) throw (await namedSumOverflow({ db, repo, sources }, views, probe)) ?? error;
    if (!isOverflow(error)) throw error;
    for (const name of new Set(views)) {
      const view = repo.views.find((v) => v.name === name);
      const source = repo.sources.find((s) => s.name === view?.source);
      for (const { place, expr } of view && source ? expressions(view, source) : []) {
        const sql = expressionSql({
          dialect: duckdb,
          source: source as SourceIR,
          relation: sources.relation(source as SourceIR),
          expr,
        });
        const cause = await db.rows(sql).then(
          () => null,
          (e: unknown) => e,
        );
        if (isOverflow(cause)) throw overflow(place, expr, cause);
      }
    }
    throw error;
  }
}

const isOverflow = (error: unknown): error is LockstepError =>
  isLockstepError(error) &&
  error.code === "OFFLINE_QUERY" &&
  /out of range|not in timestamp range/i.test(error.message);

function expressions(view: ViewIR, source: SourceIR): { place: string; expr: ExprIR }[] {
  const features = view.features.flatMap((f) =>
    (f.kind === "row" ? [f.value] : [f.argument, f.where]).map((expr) => ({
      place: `feature view '${view.name}', feature '${f.name}'`,
      expr,
    })),
  );
  return [{ place: `source '${source.name}', knownAt`, expr: source.knownAt }, ...features].flatMap(
    ({ place, expr }) => (expr ? [{ place, expr }] : []),
  );
}

function overflow(place: string, expr: ExprIR, cause: LockstepError): LockstepError {
  const columns = expressionColumns(expr).map((c) => `'${c}'`);
  return new LockstepError(
    {
      code: "EXPRESSION_OVERFLOW",
      place,
      what: `its expression over ${columns.length === 1 ? "column" : "columns"} ${columns.join(", ")} is out of range: ${cause.diagnostics[0]?.what}`,
      mend: "compute with toFloat64(), which rounds, or mend the rows",
    },
    { cause },
  );
}
