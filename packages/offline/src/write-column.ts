import duckdb from "@duckdb/node-bindings";
import { bytesOf, valueColumn } from "@lockstep/arrow";
import { type Column, decimalUnscaled, type Kind, parseDays, type TypeIR, type Value } from "@lockstep/core";

/** Writes a column's rows from `from` on into a new vector of the column's type: the reverse of readColumn. */
export function writeColumn(vector: duckdb.Vector, column: Column, from: number, rows: number): void {
  writeValidity(vector, column, from, rows);
  const { raw, type } = column;
  const fixed = FIXED[type.kind];
  if (raw) copy(vector, raw.subarray(from, from + rows));
  else if (fixed) copy(vector, fixed(column, from, rows));
  else writeVariable(vector, column, from, rows);
}

function writeVariable(vector: duckdb.Vector, column: Column, from: number, rows: number): void {
  const { type } = column;
  const values = <T>() => valuesOf(column, from, rows) as (T | null)[];
  switch (type.kind) {
    case "string":
    case "json":
    case "bytes":
      writeBytes(vector, column, from, rows);
      break;
    case "decimal":
      copy(vector, decimals(column, type.precision, from, rows));
      break;
    case "list":
      writeList(vector, values<readonly Value[]>(), type.element);
      break;
    case "vector":
      writeVectors(vector, values<readonly Value[]>(), type.size);
      break;
    case "struct":
      writeStructs(vector, values<Struct>(), type.fields);
      break;
  }
}

type Struct = Readonly<Record<string, Value>>;
type Fill = (column: Column, from: number, rows: number) => ArrayBufferView;

function filled<T extends Uint8Array | Int32Array | Float32Array | Float64Array | BigInt64Array>(
  make: (rows: number) => T,
  convert: (value: never) => number | bigint,
): Fill {
  return (column, from, rows) => {
    const out = make(rows);
    for (let i = 0; i < rows; i++) {
      const value = column.get(from + i);
      if (value !== null) out[i] = convert(value as never);
    }
    return out;
  };
}

const same = (value: never): never => value;
const int64 = filled((rows) => new BigInt64Array(rows), same);

const FIXED: { readonly [K in Kind]?: Fill } = {
  bool: filled((rows) => new Uint8Array(rows), Number),
  int32: filled((rows) => new Int32Array(rows), same),
  float32: filled((rows) => new Float32Array(rows), same),
  float64: filled((rows) => new Float64Array(rows), same),
  date: filled(
    (rows) => new Int32Array(rows),
    (value: string) => parseDays(value) ?? 0,
  ),
  int64,
  duration: int64,
  timestamp: int64,
};

function copy(vector: duckdb.Vector, { buffer, byteOffset, byteLength }: ArrayBufferView): void {
  if (byteLength > 0) duckdb.copy_data_to_vector(vector, 0, buffer as ArrayBuffer, byteOffset, byteLength);
}

function writeValidity(vector: duckdb.Vector, column: Column, from: number, rows: number): void {
  if (column.bits === null) return;
  const bits = new Uint8Array(Math.ceil(rows / 64) * 8);
  let nulls = 0;
  for (let i = 0; i < rows; i++) {
    if (column.valid(from + i)) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
    else nulls++;
  }
  if (nulls === 0) return;
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, bits.buffer, 0, bits.byteLength);
}

function writeBytes(vector: duckdb.Vector, column: Column, from: number, rows: number): void {
  const bytes = bytesOf(column);
  for (let i = 0; i < rows; i++)
    if (column.valid(from + i)) duckdb.vector_assign_string_element_len(vector, i, bytes(from + i));
}

/** The engine keeps a decimal as the smallest integer that holds its precision. */
function decimals(column: Column, precision: number, from: number, rows: number): Uint8Array {
  const width = precision > 18 ? 16 : precision > 9 ? 8 : precision > 4 ? 4 : 2;
  const view = new DataView(new ArrayBuffer(rows * width));
  for (let i = 0; i < rows; i++) {
    const value = column.get(from + i);
    if (value === null) continue;
    const unscaled = decimalUnscaled(value as string);
    if (width === 2) view.setInt16(i * 2, Number(unscaled), true);
    else if (width === 4) view.setInt32(i * 4, Number(unscaled), true);
    else view.setBigInt64(i * width, BigInt.asIntN(64, unscaled), true);
    if (width === 16) view.setBigInt64(i * 16 + 8, unscaled >> 64n, true);
  }
  return new Uint8Array(view.buffer);
}

const valuesOf = (column: Column, from: number, rows: number): Value[] =>
  Array.from({ length: rows }, (_, i) => column.get(from + i));

function writeList(vector: duckdb.Vector, lists: readonly (readonly Value[] | null)[], element: TypeIR): void {
  const entries = new BigUint64Array(lists.length * 2);
  let end = 0;
  lists.forEach((list, i) => {
    entries[i * 2] = BigInt(end);
    entries[i * 2 + 1] = BigInt(list?.length ?? 0);
    end += list?.length ?? 0;
  });
  copy(vector, entries);
  duckdb.list_vector_reserve(vector, end);
  duckdb.list_vector_set_size(vector, end);
  const items = lists.flatMap((list) => list ?? []);
  writeColumn(duckdb.list_vector_get_child(vector), valueColumn(element, items), 0, end);
}

function writeVectors(vector: duckdb.Vector, vectors: readonly (readonly Value[] | null)[], size: number): void {
  const none = Array.from({ length: size }, () => null);
  const items = vectors.flatMap((v) => v ?? none);
  writeColumn(duckdb.array_vector_get_child(vector), valueColumn({ kind: "float32" }, items), 0, items.length);
}

function writeStructs(
  vector: duckdb.Vector,
  structs: readonly (Struct | null)[],
  fields: readonly { readonly name: string; readonly type: TypeIR }[],
): void {
  fields.forEach(({ name, type }, i) => {
    const values = structs.map((s) => s?.[name] ?? null);
    writeColumn(duckdb.struct_vector_get_child(vector, i), valueColumn(type, values), 0, values.length);
  });
}
