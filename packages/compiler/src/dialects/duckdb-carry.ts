import { duckdbType, type TypeIR } from "@lockstep/core";
import { bitsType } from "./duckdb-nested.js";

// arg_max, and the ASOF join by way of it, turn a float32 -0, and any -0 inside a nested value, into +0.
const carriedType = (type: TypeIR) => (type.kind === "float32" ? "DOUBLE" : bitsType(type));

/** A value as it travels between subqueries. */
export const carry = (type: TypeIR, sql: string): string => {
  const carried = carriedType(type);
  return carried === null ? sql : `${sql}::${carried}`;
};

/** A value that travelled, as its type says. */
export const emit = (type: TypeIR, sql: string): string =>
  carriedType(type) === null ? sql : `(${sql})::${duckdbType(type)}`;
