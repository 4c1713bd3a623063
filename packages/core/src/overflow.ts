import { LockstepError } from "./errors.js";
import type { ExprIR, TypeIR } from "./ir.js";
import { typeName } from "./types.js";
import { decimalText } from "./wire.js";

export type Call = Extract<ExprIR, { kind: "call" }>;

/** What is thrown where a call's result does not fit; it names the columns. */
export function overflow(call: Call, result: string, type: TypeIR = call.type): LockstepError {
  return new LockstepError({
    code: "EXPRESSION_OVERFLOW",
    place: `expression ${describeExpr(call)}`,
    what: `${result} does not fit ${typeName(type)}`,
    mend: "mend the row, or calculate with toFloat64()",
  });
}

/** An expression as text: `plus(delay, 15)`. */
export function describeExpr(expr: ExprIR): string {
  if (expr.kind === "column") return expr.name;
  if (expr.kind === "literal") return expr.value ?? "null";
  return `${expr.op}(${expr.args.map(describeExpr).join(", ")})`;
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** The integer itself where it has 64 bits. */
export function int64Of(call: Call, n: bigint): bigint {
  if (n < INT64_MIN || n > INT64_MAX) throw overflow(call, String(n), { kind: "int64" });
  return n;
}

const DECIMAL_END = 10n ** 38n;

/** The unscaled integer itself where it has at most 38 digits. */
export function decimalOf(call: Call, unscaled: bigint, scale: number): bigint {
  if (unscaled <= -DECIMAL_END || unscaled >= DECIMAL_END) {
    throw overflow(call, decimalText(unscaled, scale), { kind: "decimal", precision: 38, scale });
  }
  return unscaled;
}
