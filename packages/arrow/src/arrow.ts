import type { Column, Kind, NamedType, TypeIR, Value } from "@lockstep/core";
import { decimalUnscaled, parseDays } from "@lockstep/core";
import * as arrow from "apache-arrow";
import { valueColumn } from "./value-column.js";

/** The Arrow type of each logical type. */
export function arrowType(type: TypeIR): arrow.DataType {
  switch (type.kind) {
    case "bool":
      return new arrow.Bool();
    case "int32":
      return new arrow.Int32();
    case "int64":
    case "duration":
      return new arrow.Int64();
    case "float32":
      return new arrow.Float32();
    case "float64":
      return new arrow.Float64();
    case "decimal":
      return new arrow.Decimal(type.scale, type.precision, 128);
    case "int128":
      return new arrow.Decimal(0, 38, 128);
    case "string":
    case "json":
      return new arrow.Utf8();
    case "bytes":
      return new arrow.Binary();
    case "date":
      return new arrow.DateDay();
    case "timestamp":
      return new arrow.TimestampMicrosecond("UTC");
    case "list":
      return new arrow.List(new arrow.Field("item", arrowType(type.element), true));
    case "vector":
      return new arrow.FixedSizeList(type.size, new arrow.Field("item", new arrow.Float32(), true));
    case "struct":
      return new arrow.Struct(type.fields.map((f) => new arrow.Field(f.name, arrowType(f.type), true)));
  }
}

/** A column may hold nanoseconds, which its logical type does not. */
type ArrowColumn = NamedType & { readonly nanoseconds?: true };

export const arrowSchema = (
  columns: readonly ArrowColumn[],
  metadata: Readonly<Record<string, string>> = {},
): arrow.Schema =>
  new arrow.Schema(
    columns.map((c) => {
      const type = c.nanoseconds ? new arrow.TimestampNanosecond("UTC") : arrowType(c.type);
      return new arrow.Field(c.name, type, true);
    }),
    new Map(Object.entries(metadata)),
  );

export function recordBatch(schema: arrow.Schema, columns: readonly Column[], rows: number): arrow.RecordBatch {
  const children = columns.map((c, i) => columnData(c, rows, schema.fields[i]?.type));
  return new arrow.RecordBatch(
    schema,
    arrow.makeData({ type: new arrow.Struct(schema.fields), length: rows, nullCount: 0, children }),
  );
}

export const tableOf = (schema: arrow.Schema, batches: readonly arrow.RecordBatch[]): arrow.Table =>
  new arrow.Table(schema, [...batches]);

/** Copies a column's values into Arrow's buffers: the engine's memory ends with its chunk. */
export function columnData(column: Column, rows: number, type: arrow.DataType = arrowType(column.type)): arrow.Data {
  const { bitmap, nulls } = validity(column, rows);
  const shared = { length: rows, nullCount: nulls, nullBitmap: nulls > 0 ? bitmap : undefined };
  if (column.raw) return arrow.makeData({ type, ...shared, data: column.raw.slice(0, rows) } as never);
  switch (column.type.kind) {
    case "bool": {
      const data = new Uint8Array(((rows + 63) >> 6) << 3);
      for (let i = 0; i < rows; i++) if (column.get(i) === true) data[i >> 3] = (data[i >> 3] ?? 0) | (1 << (i & 7));
      return arrow.makeData({ type, ...shared, data } as never);
    }
    case "string":
    case "json":
    case "bytes": {
      const { valueOffsets, data } = variable(column, rows);
      return arrow.makeData({ type, ...shared, valueOffsets, data } as never);
    }
    case "decimal":
    case "int128":
      return arrow.makeData({ type, ...shared, data: decimals(column, rows) } as never);
    case "list":
    case "vector":
    case "struct":
      return arrow.makeData({ type, ...shared, ...nested(column.type, column, rows) } as never);
    default:
      return arrow.makeData({ type, ...shared, data: numbers(column, rows) } as never);
  }
}

function validity(column: Column, rows: number): { bitmap: Uint8Array; nulls: number } {
  if (column.bits === null) return { bitmap: new Uint8Array(0), nulls: 0 };
  const bitmap = new Uint8Array(((rows + 63) >> 6) << 3);
  if (column.bits) bitmap.set(column.bits.subarray(0, (rows + 7) >> 3));
  else for (let i = 0; i < rows; i++) if (column.valid(i)) bitmap[i >> 3] = (bitmap[i >> 3] ?? 0) | (1 << (i & 7));
  if (rows & 7) bitmap[rows >> 3] = (bitmap[rows >> 3] ?? 0) & ((1 << (rows & 7)) - 1);
  return { bitmap, nulls: rows - ones(bitmap) };
}

function ones(bitmap: Uint8Array): number {
  let count = 0;
  for (let byte of bitmap) for (; byte !== 0; byte &= byte - 1) count++;
  return count;
}

const utf8 = new TextEncoder();

/** The bytes of a column's valid values, encoded where the column has only text. */
export const bytesOf = (column: Column): ((row: number) => Uint8Array) =>
  column.bytes ??
  ((row) => {
    const value = column.get(row);
    return typeof value === "string" ? utf8.encode(value) : (value as Uint8Array);
  });

function variable(column: Column, rows: number): { valueOffsets: Int32Array; data: Uint8Array } {
  const valueOffsets = new Int32Array(rows + 1);
  const read = bytesOf(column);
  let data = new Uint8Array(rows * 16 + 64);
  let end = 0;
  for (let i = 0; i < rows; i++) {
    if (column.valid(i)) {
      const bytes = read(i);
      if (end + bytes.length > data.length) {
        const grown = new Uint8Array(Math.max(data.length * 2, end + bytes.length));
        grown.set(data);
        data = grown;
      }
      data.set(bytes, end);
      end += bytes.length;
    }
    valueOffsets[i + 1] = end;
  }
  return { valueOffsets, data: data.slice(0, end) };
}

function decimals(column: Column, rows: number): Uint32Array {
  const words = new BigInt64Array(rows * 2);
  for (let i = 0; i < rows; i++) {
    const value = column.get(i);
    if (value === null) continue;
    const unscaled = typeof value === "bigint" ? value : decimalUnscaled(value as string);
    words[i * 2] = BigInt.asIntN(64, unscaled);
    words[i * 2 + 1] = unscaled >> 64n;
  }
  return new Uint32Array(words.buffer);
}

const ARRAYS: { readonly [K in Kind]?: new (length: number) => { [index: number]: number | bigint } } = {
  int32: Int32Array,
  date: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  duration: BigInt64Array,
  timestamp: BigInt64Array,
};

/** Values of fixed width that stand within others, where there is no buffer to copy. */
function numbers(column: Column, rows: number): { [index: number]: number | bigint } {
  const { kind } = column.type;
  const make = ARRAYS[kind];
  if (!make) throw new Error(`no Arrow buffer for ${kind}`);
  const data = new make(rows);
  for (let i = 0; i < rows; i++) {
    const value = column.get(i);
    if (value !== null) data[i] = kind === "date" ? (parseDays(value as string) ?? 0) : (value as number | bigint);
  }
  return data;
}

type Nested = Extract<TypeIR, { kind: "list" | "vector" | "struct" }>;

/** Nested values are rare in frames and small: their parts are gathered as values. */
function nested(type: Nested, column: Column, rows: number): object {
  const child = (of: TypeIR, values: readonly Value[]) => columnData(valueColumn(of, values), values.length);
  const values = Array.from({ length: rows }, (_, i) => column.get(i));
  if (type.kind === "struct") {
    const field = (name: string) => values.map((v) => (v as Readonly<Record<string, Value>> | null)?.[name] ?? null);
    return { children: type.fields.map((f) => child(f.type, field(f.name))) };
  }
  const lists = values as readonly (readonly Value[] | null)[];
  if (type.kind === "vector") {
    const nothing: readonly Value[] = new Array(type.size).fill(null);
    return {
      child: child(
        { kind: "float32" },
        lists.flatMap((v) => v ?? nothing),
      ),
    };
  }
  const valueOffsets = new Int32Array(rows + 1);
  lists.forEach((list, i) => {
    valueOffsets[i + 1] = (valueOffsets[i] ?? 0) + (list?.length ?? 0);
  });
  return {
    valueOffsets,
    child: child(
      type.element,
      lists.flatMap((v) => v ?? []),
    ),
  };
}
