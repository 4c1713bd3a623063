import type { ExprIR } from "@lockstep/core";

/** The columns that an expression reads. */
export const exprColumns = (expr: ExprIR): string[] =>
  expr.kind === "column" ? [expr.name] : expr.kind === "call" ? expr.args.flatMap(exprColumns) : [];
