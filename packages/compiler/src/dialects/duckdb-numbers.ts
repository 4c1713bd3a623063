import { duckdbType, type TypeIR } from "@lockstep/core";
import type { Dialect } from "./dialect.js";

/** The digits that the engine gives a number as a decimal, on both sides of the point. */
export const digits = (type: TypeIR | undefined) =>
  type?.kind === "decimal"
    ? { all: type.precision, fraction: type.scale }
    : { all: type?.kind === "int32" ? 10 : 19, fraction: 0 };

/** The engine keeps a decimal result in 64 bits where it has both arguments there, though its type holds 38 digits. */
function widened(operator: string, types: readonly TypeIR[]): boolean {
  const [a, b] = [digits(types[0]), digits(types[1])];
  if (types.length < 2 || Math.max(a.all, b.all) > 18) return false;
  if (operator === "*") return a.all + b.all > 18;
  return Math.max(a.all - a.fraction, b.all - b.fraction) + Math.max(a.fraction, b.fraction) + 1 > 18;
}

/**
 * Integer arithmetic is done in 64 bits whatever the columns' width, so that only 64-bit overflow is one, and float
 * arithmetic in doubles. A decimal result gets the width that its type says: the engine's own depends on the arguments'.
 */
export const arithmetic =
  (operator: string): Dialect["ops"]["plus"] =>
  (args, types, result) => {
    const decimal = result.kind === "decimal";
    const wide = `::DECIMAL(38,${digits(types[0]).fraction})`;
    const cast = (i: number) => {
      if (decimal) return i === 0 && widened(operator, types) ? wide : "";
      return types[i]?.kind === result.kind ? "" : `::${duckdbType(result)}`;
    };
    const [a, b] = args.map((arg, i) => `${arg}${cast(i)}`);
    const sql = b === undefined ? `(${operator}${a})` : `(${a} ${operator} ${b})`;
    return decimal ? `${sql}::${duckdbType(result)}` : sql;
  };
