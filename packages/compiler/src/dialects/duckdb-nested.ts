import { duckdbType, type TypeIR } from "@lockstep/core";

const isFloat = (type: TypeIR) => type.kind === "float32" || type.kind === "float64";
export const isNested = (type: TypeIR) => type.kind === "list" || type.kind === "vector" || type.kind === "struct";

const holdsFloat = (type: TypeIR): boolean =>
  isFloat(type) ||
  type.kind === "vector" ||
  (type.kind === "list" && holdsFloat(type.element)) ||
  (type.kind === "struct" && type.fields.some((f) => holdsFloat(f.type)));

/** A nested type whose floats are bit strings, which no aggregate normalizes; null where it holds none. */
export function bitsType(type: TypeIR): string | null {
  return isNested(type) && holdsFloat(type) ? bits(type) : null;
}

function bits(type: TypeIR): string {
  if (isFloat(type)) return "BIT";
  if (type.kind === "list") return `${bits(type.element)}[]`;
  if (type.kind === "vector") return `BIT[${type.size}]`;
  if (type.kind !== "struct") return duckdbType(type);
  return `STRUCT(${type.fields.map((f) => `${field(f.name)} ${bits(f.type)}`).join(", ")})`;
}

/** What sorts a nested value by the contract: within values, the engine puts nulls last and has one zero only. */
export const nestedKey = (type: TypeIR, sql: string): string => keyOf(type, sql, 0, true);

/** As `nestedKey`, but of two zeros that are equal. */
export const nestedValue = (type: TypeIR, sql: string): string => keyOf(type, sql, 0, false);

function keyOf(type: TypeIR, sql: string, depth: number, zeros: boolean): string {
  const key = (of: TypeIR, value: string) => [`${value} IS NOT NULL`, ...leafTerms(of, value, depth + 1, zeros)];
  if (type.kind === "struct") {
    const terms = type.fields.flatMap((f) => key(f.type, `(${sql}).${field(f.name)}`));
    return `CASE WHEN ${sql} IS NOT NULL THEN row(${terms.join(", ")}) END`;
  }
  const element: TypeIR = type.kind === "list" ? type.element : { kind: "float32" };
  const list = type.kind === "vector" ? `(${sql})::FLOAT[]` : sql;
  return `list_transform(${list}, lambda x${depth}: row(${key(element, `x${depth}`).join(", ")}))`;
}

const leafTerms = (type: TypeIR, sql: string, depth: number, zeros: boolean): string[] => {
  if (isNested(type)) return [keyOf(type, sql, depth, zeros)];
  return isFloat(type) && zeros ? [sql, `NOT signbit(${sql})`] : [sql];
};

const field = (name: string): string => `"${name.replaceAll('"', '""')}"`;
