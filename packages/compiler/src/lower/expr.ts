import type { ExprIR } from "@lockstep/core";
import type { Dialect } from "../dialects/dialect.js";

/** An expression over a row as SQL; its columns are those of the source's relation. */
export function exprSql(dialect: Dialect, expr: ExprIR): string {
  switch (expr.kind) {
    case "column":
      return dialect.ident(expr.name);
    case "literal":
      return dialect.literal(expr.type, expr.value);
    case "call":
      return dialect.ops[expr.op](
        expr.args.map((arg) => exprSql(dialect, arg)),
        expr.args.map((arg) => arg.type),
        expr.type,
      );
  }
}
