import {
  ARRAY,
  arrayValue,
  BIGINT,
  BLOB,
  BOOLEAN,
  blobValue,
  DATE,
  DECIMAL,
  DOUBLE,
  type DuckDBAppender,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  HUGEINT,
  INTEGER,
  LIST,
  listValue,
  STRUCT,
  structValue,
  TIMESTAMP,
  VARCHAR,
} from "@duckdb/node-api";
import { decimalUnscaled, type Kind, parseDays, type TypeIR, type Value } from "@lockstep/core";

type Append = (appender: DuckDBAppender, value: never) => void;

/** The kinds that rows mostly have, without a type object for each value. */
const APPEND: { readonly [K in Kind]?: Append } = {
  bool: (a, value: boolean) => a.appendBoolean(value),
  int32: (a, value: number) => a.appendInteger(value),
  int64: (a, value: bigint) => a.appendBigInt(value),
  duration: (a, value: bigint) => a.appendBigInt(value),
  float32: (a, value: number) => a.appendFloat(value),
  float64: (a, value: number) => a.appendDouble(value),
  timestamp: (a, value: bigint) => a.appendTimestamp(new DuckDBTimestampValue(value)),
  bytes: (a, value: Uint8Array) => a.appendBlob(value),
  string: (a, value: string) => a.appendVarchar(value),
  json: (a, value: string) => a.appendVarchar(value),
};

/** Appends one value, exactly. */
export function appendValue(appender: DuckDBAppender, type: TypeIR, value: Value): void {
  const append = APPEND[type.kind];
  if (value === null) appender.appendNull();
  else if (append) append(appender, value as never);
  else appender.appendValue(engineValue(type, value), engineType(type));
}

/** The engine's own form of a value. */
function engineValue(type: TypeIR, value: Value): DuckDBValue {
  if (value === null) return null;
  switch (type.kind) {
    case "timestamp":
      return new DuckDBTimestampValue(value as bigint);
    case "date":
      return new DuckDBDateValue(parseDays(value as string) ?? 0);
    case "decimal":
      return new DuckDBDecimalValue(decimalUnscaled(value as string), type.precision, type.scale);
    case "bytes":
      return blobValue(value as Uint8Array);
    case "list":
      return listValue((value as readonly Value[]).map((v) => engineValue(type.element, v)));
    case "vector":
      return arrayValue(value as readonly number[]);
    case "struct": {
      const fields = value as Readonly<Record<string, Value>>;
      return structValue(
        Object.fromEntries(type.fields.map((f) => [f.name, engineValue(f.type, fields[f.name] ?? null)])),
      );
    }
    default:
      return value as boolean | number | bigint | string;
  }
}

const SCALARS: { readonly [K in Kind]?: DuckDBType } = {
  bool: BOOLEAN,
  int32: INTEGER,
  int64: BIGINT,
  duration: BIGINT,
  int128: HUGEINT,
  float32: FLOAT,
  float64: DOUBLE,
  string: VARCHAR,
  json: VARCHAR,
  bytes: BLOB,
  date: DATE,
  timestamp: TIMESTAMP,
};

function engineType(type: TypeIR): DuckDBType {
  switch (type.kind) {
    case "decimal":
      return DECIMAL(type.precision, type.scale);
    case "list":
      return LIST(engineType(type.element));
    case "vector":
      return ARRAY(FLOAT, type.size);
    case "struct":
      return STRUCT(Object.fromEntries(type.fields.map((f) => [f.name, engineType(f.type)])));
    default: {
      const scalar = SCALARS[type.kind];
      if (!scalar) throw new Error(`no engine type for ${type.kind}`);
      return scalar;
    }
  }
}
