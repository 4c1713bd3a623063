import { type ExprIR, exprColumns, type SourceIR } from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { sourceSql } from "./lower/events.js";
import { exprSql } from "./lower/expr.js";

export interface ExpressionRequest {
  readonly dialect: Dialect;
  readonly source: SourceIR;
  /** Where the source's rows are. */
  readonly relation: string;
  readonly expr: ExprIR;
}

/** Computes one expression over all rows of a source, to see whether it can be. */
export const expressionSql = ({ dialect, source, relation, expr }: ExpressionRequest): string =>
  `SELECT max(${dialect.hash([exprSql(dialect, expr)])}) AS h FROM (${sourceSql({ dialect, source, relation })})`;

export const expressionColumns = (expr: ExprIR): string[] => [...new Set(exprColumns(expr))];
