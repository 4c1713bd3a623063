import { sameType, type TypeIR } from "@lockstep/core";
import type { Dialect } from "./dialect.js";
import { isNested, nestedValue } from "./duckdb-nested.js";
import { digits } from "./duckdb-numbers.js";

const BOOL: TypeIR = { kind: "bool" };
const isInteger = ({ kind }: TypeIR): boolean => kind === "int32" || kind === "int64";
const isExact = (type: TypeIR): boolean => isInteger(type) || type.kind === "decimal";

/** Two values compared, of which numbers may have two types: without a rounding, and without an overflow. */
export const compared =
  (operator: string): Dialect["ops"]["eq"] =>
  ([a = "", b = ""], [s = BOOL, t = s]) => {
    // The engine would round an exact number to a float32 that it meets.
    if ((s.kind === "float32" && isExact(t)) || (t.kind === "float32" && isExact(s)))
      return `(${a}::DOUBLE ${operator} ${b}::DOUBLE)`;
    const decimals = isExact(s) && isExact(t) && (s.kind === "decimal" || t.kind === "decimal");
    return decimals ? comparedDecimals(operator, [a, b], [s, t]) : `(${a} ${operator} ${b})`;
  };

/** One that does not fit the other's scale is further from zero than any that has it. */
function comparedDecimals(operator: string, [a, b]: [string, string], [s, t]: [TypeIR, TypeIR]): string {
  const plain = `(${a} ${operator} ${b})`;
  const [x, y] = [digits(s), digits(t)];
  const scale = Math.max(x.fraction, y.fraction);
  if (Math.max(x.all - x.fraction, y.all - y.fraction) + scale <= 38) return plain;
  const scaled = (sql: string) => `TRY_CAST(${sql} AS DECIMAL(38,${scale}))`;
  return x.fraction < y.fraction
    ? `(CASE WHEN ${scaled(a)} IS NULL AND ${b} IS NOT NULL THEN ${a} ${operator} 0 ELSE ${scaled(a)} ${operator} ${b} END)`
    : `(CASE WHEN ${scaled(b)} IS NULL AND ${a} IS NOT NULL THEN 0 ${operator} ${b} ELSE ${a} ${operator} ${scaled(b)} END)`;
}

/** Within nested values the engine puts nulls last. */
export const ordered =
  (operator: string): Dialect["ops"]["lt"] =>
  (args, types, result) => {
    const [type = BOOL] = types;
    return compared(operator)(isNested(type) ? args.map((arg) => nestedValue(type, arg)) : args, types, result);
  };

/** The engine finds one type for all: numbers of several are compared pair by pair. */
export const isIn: Dialect["ops"]["isIn"] = ([a = "", ...others], [type = BOOL, ...types]) => {
  const one = types.every((t) => sameType(t, type)) || [type, ...types].every(isInteger);
  if (one) return `(${a} IN (${others.join(", ")}))`;
  return `(${others.map((b, i) => compared("=")([a, b], [type, types[i] ?? type], BOOL)).join(" OR ")})`;
};
