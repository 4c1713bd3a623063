import type { TypeIR } from "@lockstep/core";

/** The logical type in which a label column of an engine's type is handed to JavaScript; unknown ones become text. */
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
    BLOB: { kind: "bytes" },
    DATE: { kind: "date" },
    TIMESTAMP: { kind: "timestamp" },
    TIMESTAMP_S: { kind: "timestamp" },
    TIMESTAMP_MS: { kind: "timestamp" },
    TIMESTAMP_NS: { kind: "timestamp" },
    "TIMESTAMP WITH TIME ZONE": { kind: "timestamp" },
  };
  const known = simple[physical];
  if (known) return known;
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(physical);
  if (decimal) return { kind: "decimal", precision: Number(decimal[1]), scale: Number(decimal[2]) };
  if (physical.endsWith("[]")) return { kind: "list", element: logicalType(physical.slice(0, -2)) };
  return { kind: "string" };
}
