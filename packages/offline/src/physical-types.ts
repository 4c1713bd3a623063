import type { NamedType, TypeIR } from "@lockstep/core";

/** The engine's instants in nanoseconds, which no logical type holds: label columns keep them beside their type. */
export const NANOSECONDS = "TIMESTAMP_NS";

/** The logical type in which a label column of an engine's type is handed on; it is cast to it. Unknown ones become text. */
export function logicalType(physical: string): TypeIR {
  const simple: Record<string, TypeIR> = {
    BOOLEAN: { kind: "bool" },
    TINYINT: { kind: "int32" },
    UTINYINT: { kind: "int32" },
    SMALLINT: { kind: "int32" },
    USMALLINT: { kind: "int32" },
    INTEGER: { kind: "int32" },
    UINTEGER: { kind: "int64" },
    BIGINT: { kind: "int64" },
    UBIGINT: { kind: "decimal", precision: 20, scale: 0 },
    FLOAT: { kind: "float32" },
    DOUBLE: { kind: "float64" },
    VARCHAR: { kind: "string" },
    JSON: { kind: "json" },
    BLOB: { kind: "bytes" },
    DATE: { kind: "date" },
    TIMESTAMP: { kind: "timestamp" },
    TIMESTAMP_S: { kind: "timestamp" },
    TIMESTAMP_MS: { kind: "timestamp" },
    [NANOSECONDS]: { kind: "timestamp" },
    "TIMESTAMP WITH TIME ZONE": { kind: "timestamp" },
  };
  const known = simple[physical];
  if (known) return known;
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(physical);
  if (decimal) return { kind: "decimal", precision: Number(decimal[1]), scale: Number(decimal[2]) };
  if (physical.endsWith("[]")) return { kind: "list", element: logicalType(physical.slice(0, -2)) };
  const vector = /^FLOAT\[(\d+)\]$/.exec(physical);
  if (vector) return { kind: "vector", size: Number(vector[1]) };
  const struct = /^STRUCT\((.*)\)$/s.exec(physical);
  if (struct) return { kind: "struct", fields: fieldsOf(struct[1] ?? "") };
  return { kind: "string" };
}

/** `a INTEGER, "b c" DECIMAL(4,2)`. */
function fieldsOf(list: string): NamedType[] {
  return split(list).map((field) => {
    const [, quoted, plain, type = ""] = /^(?:"((?:[^"]|"")*)"|(\S+)) (.*)$/s.exec(field.trim()) ?? [];
    return { name: quoted?.replaceAll('""', '"') ?? plain ?? "", type: logicalType(type) };
  });
}

/** At the commas that are in no parentheses and no quotes. */
function split(list: string): string[] {
  const parts = [""];
  let depth = 0;
  let quoted = false;
  for (const c of list) {
    if (c === '"') quoted = !quoted;
    if (!quoted && c === "(") depth++;
    if (!quoted && c === ")") depth--;
    if (c === "," && depth === 0 && !quoted) parts.push("");
    else parts.push(`${parts.pop()}${c}`);
  }
  return parts;
}
