import type { Kind, TypeIR } from "./ir.js";
import { typeName } from "./types.js";

/** A kind's name in every system that a value passes through. A new type is a new row here. */
export interface TypeRow {
  readonly duckdb: (type: TypeIR) => string;
  readonly spark: (type: TypeIR) => string;
  /** The Arrow type's name; list, struct and decimal carry their parameters. */
  readonly arrow: string;
  readonly typescript: string;
  /** The GraphQL scalar; lists and structs are built from their parts. */
  readonly graphql: string;
  /** Bytes of a value in the online store, or null where the length varies. */
  readonly width: number | null;
  /** May be an entity key. Floats have two zeros and many NaNs, so they may not. */
  readonly key: boolean;
  /** Has an order that `min` and `max` follow. */
  readonly ordered: boolean;
  /** Can be summed. */
  readonly numeric: boolean;
}

type Rows = { readonly [K in Kind]: TypeRow };

const same = (name: string) => () => name;
const row = (
  duckdb: string,
  spark: string,
  arrow: string,
  typescript: string,
  graphql: string,
  width: number | null,
  flags: { key?: boolean; ordered?: boolean; numeric?: boolean } = {},
): TypeRow => ({
  duckdb: same(duckdb),
  spark: same(spark),
  arrow,
  typescript,
  graphql,
  width,
  key: flags.key ?? false,
  ordered: flags.ordered ?? false,
  numeric: flags.numeric ?? false,
});
const ordered = { key: true, ordered: true };

export const TYPE_TABLE: Rows = {
  bool: row("BOOLEAN", "BOOLEAN", "Bool", "boolean", "Boolean", 1, { ...ordered, numeric: true }),
  int32: row("INTEGER", "INT", "Int32", "number", "Int", 4, { ...ordered, numeric: true }),
  int64: row("BIGINT", "BIGINT", "Int64", "bigint", "Int64", 8, { ...ordered, numeric: true }),
  float32: row("FLOAT", "FLOAT", "Float32", "number", "Float64", 4, { ordered: true, numeric: true }),
  float64: row("DOUBLE", "DOUBLE", "Float64", "number", "Float64", 8, { ordered: true, numeric: true }),
  decimal: {
    ...row("", "", "Decimal", "string", "Decimal", 16, { ...ordered, numeric: true }),
    duckdb: (type) => typeName(type).toUpperCase(),
    spark: (type) => typeName(type).toUpperCase(),
  },
  string: row("VARCHAR", "STRING", "Utf8", "string", "String", null, ordered),
  bytes: row("BLOB", "BINARY", "Binary", "Uint8Array", "Bytes", null, ordered),
  date: row("DATE", "DATE", "DateDay", "string", "Date", 4, ordered),
  timestamp: row("TIMESTAMP", "TIMESTAMP_NTZ", "TimestampMicrosecond", "bigint", "Timestamp", 8, ordered),
  json: row("VARCHAR", "STRING", "Utf8", "string", "Json", null),
  duration: row("BIGINT", "BIGINT", "Int64", "bigint", "Int64", 8, { ordered: true }),
  int128: row("HUGEINT", "DECIMAL(38,0)", "Decimal", "bigint", "Int64", 16, { ordered: true }),
  list: {
    ...row("", "", "List", "array", "list", null, { ordered: true }),
    duckdb: (type) => (type.kind === "list" ? `${duckdbType(type.element)}[]` : ""),
    spark: (type) => (type.kind === "list" ? `ARRAY<${TYPE_TABLE[type.element.kind].spark(type.element)}>` : ""),
  },
  vector: {
    ...row("", "ARRAY<FLOAT>", "FixedSizeList", "number[]", "Vector", null),
    duckdb: (type) => (type.kind === "vector" ? `FLOAT[${type.size}]` : ""),
  },
  struct: {
    ...row("", "", "Struct", "object", "object", null),
    duckdb: (type) =>
      type.kind === "struct"
        ? `STRUCT(${type.fields.map((f) => `"${f.name.replaceAll('"', '""')}" ${duckdbType(f.type)}`).join(", ")})`
        : "",
    spark: (type) =>
      type.kind === "struct"
        ? `STRUCT<${type.fields.map((f) => `\`${f.name}\`: ${TYPE_TABLE[f.type.kind].spark(f.type)}`).join(", ")}>`
        : "",
  },
};

export const typeRow = (type: TypeIR): TypeRow => TYPE_TABLE[type.kind];
export const duckdbType = (type: TypeIR): string => typeRow(type).duckdb(type);

/** The TypeScript type of a value, as source text: `bigint`, `(string | null)[]`. `names` has those that are called otherwise. */
export function typescriptType(type: TypeIR, names: { readonly [K in Kind]?: string } = {}): string {
  if (type.kind === "list") return `(${typescriptType(type.element, names)} | null)[]`;
  if (type.kind === "struct") {
    const fields = type.fields.map((f) => `${JSON.stringify(f.name)}: ${typescriptType(f.type, names)} | null`);
    return `{ ${fields.join("; ")} }`;
  }
  return names[type.kind] ?? typeRow(type).typescript;
}
