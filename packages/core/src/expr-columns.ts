import type { ExprIR, FeatureIR } from "./ir.js";

/** The columns that an expression reads. */
export const exprColumns = (expr: ExprIR): string[] =>
  expr.kind === "column" ? [expr.name] : expr.kind === "call" ? expr.args.flatMap(exprColumns) : [];

/** The columns that a view's features read. */
export const columnsRead = (features: readonly FeatureIR[]): ReadonlySet<string> =>
  new Set(features.flatMap(expressionsOf).flatMap(exprColumns));

const expressionsOf = (feature: FeatureIR): ExprIR[] =>
  feature.kind === "row" ? [feature.value] : [feature.argument, feature.where].filter((e) => e !== null);
