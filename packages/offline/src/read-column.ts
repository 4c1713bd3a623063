import duckdb from "@duckdb/node-bindings";
import { type Column, decimalText, formatDays, type ListColumns, type TypeIR, type Value } from "@lockstep/core";

/** Reads a vector of a chunk as a column, without boxing more than what is asked for. Lives as long as its chunk. */
export function readColumn(vector: duckdb.Vector, type: TypeIR, rows: number): Column {
  const bits = validityBits(vector, rows);
  const valid = validity(bits);
  const raw = rawValues(vector, type, rows);
  const bytes = isBytes(type) ? strings(vector, rows) : undefined;
  const get = raw ? rawGetter(raw, type) : bytes ? bytesGetter(bytes, type) : getter(vector, type, rows);
  return {
    type,
    valid,
    bits,
    get: (row) => (valid(row) ? get(row) : null),
    ...(raw === undefined ? {} : { raw }),
    ...(bytes === undefined ? {} : { bytes }),
  };
}

const isBytes = ({ kind }: TypeIR): boolean => kind === "string" || kind === "json" || kind === "bytes";

/** A list of structs as ranges of rows in child columns. A null list is an empty range. */
export function readList(vector: duckdb.Vector, fields: readonly TypeIR[], rows: number): ListColumns {
  const valid = validity(validityBits(vector, rows));
  const list = bytesOf(vector, rows * 16);
  const entries = new BigUint64Array(list.buffer, list.byteOffset, rows * 2);
  const child = duckdb.list_vector_get_child(vector);
  const size = duckdb.list_vector_get_size(vector);
  return {
    range: (row) => {
      if (!valid(row)) return [0, 0];
      const from = Number(entries[row * 2]);
      return [from, from + Number(entries[row * 2 + 1])];
    },
    columns: fields.map((type, i) => readColumn(duckdb.struct_vector_get_child(child, i), type, size)),
  };
}

const validityBits = (vector: duckdb.Vector, rows: number): Uint8Array | null =>
  rows === 0 ? null : duckdb.vector_get_validity(vector, Math.ceil(rows / 64) * 8);

function validity(bits: Uint8Array | null): (row: number) => boolean {
  if (!bits) return () => true;
  return (row) => ((bits[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
}

const bytesOf = (vector: duckdb.Vector, length: number): Uint8Array =>
  length === 0 ? NO_BYTES : duckdb.vector_get_data(vector, length);
const NO_BYTES = new Uint8Array(0);

function rawValues(vector: duckdb.Vector, type: TypeIR, rows: number): Column["raw"] {
  switch (type.kind) {
    case "float64": {
      const b = bytesOf(vector, rows * 8);
      return new Float64Array(b.buffer, b.byteOffset, rows);
    }
    case "float32": {
      const b = bytesOf(vector, rows * 4);
      return new Float32Array(b.buffer, b.byteOffset, rows);
    }
    case "int32":
    case "date": {
      const b = bytesOf(vector, rows * 4);
      return new Int32Array(b.buffer, b.byteOffset, rows);
    }
    case "int64":
    case "timestamp":
    case "duration": {
      const b = bytesOf(vector, rows * 8);
      return new BigInt64Array(b.buffer, b.byteOffset, rows);
    }
    default:
      return undefined;
  }
}

const rawGetter = (raw: NonNullable<Column["raw"]>, { kind }: TypeIR): ((row: number) => Value) =>
  kind === "date" ? (row) => formatDays(Number(raw[row])) : (row) => raw[row] ?? null;

const bytesGetter = (bytes: (row: number) => Uint8Array, { kind }: TypeIR): ((row: number) => Value) =>
  kind === "bytes"
    ? // A copy: a Buffer's own slice would be the engine's memory, which ends with its chunk.
      (row) => Uint8Array.from(bytes(row))
    : (row) => utf8.decode(bytes(row));

/** Of types whose values lie neither in a typed array nor as bytes. */
function getter(vector: duckdb.Vector, type: TypeIR, rows: number): (row: number) => Value {
  switch (type.kind) {
    case "bool": {
      const bytes = bytesOf(vector, rows);
      return (row) => bytes[row] !== 0;
    }
    case "int128":
      return int128(vector, rows);
    case "decimal": {
      const unscaled = decimals(vector, type.precision, rows);
      return (row) => decimalText(unscaled(row), type.scale);
    }
    case "list": {
      const list = bytesOf(vector, rows * 16);
      const entries = new BigUint64Array(list.buffer, list.byteOffset, rows * 2);
      const child = readColumn(duckdb.list_vector_get_child(vector), type.element, duckdb.list_vector_get_size(vector));
      return (row) => {
        const from = Number(entries[row * 2]);
        return Array.from({ length: Number(entries[row * 2 + 1]) }, (_, i) => child.get(from + i));
      };
    }
    case "vector": {
      const child = readColumn(duckdb.array_vector_get_child(vector), { kind: "float32" }, rows * type.size);
      return (row) => Array.from({ length: type.size }, (_, i) => child.get(row * type.size + i));
    }
    case "struct": {
      const children = type.fields.map((f, i) => readColumn(duckdb.struct_vector_get_child(vector, i), f.type, rows));
      return (row) => Object.fromEntries(type.fields.map((f, i) => [f.name, children[i]?.get(row) ?? null]));
    }
    default:
      throw new Error(`no reader for ${type.kind}`);
  }
}

// A byte order mark is a character of the text like any other: without it the text would be another key's.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function int128(vector: duckdb.Vector, rows: number): (row: number) => bigint {
  const b = bytesOf(vector, rows * 16);
  const view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  return (row) => (view.getBigInt64(row * 16 + 8, true) << 64n) + view.getBigUint64(row * 16, true);
}

/** A decimal's unscaled integer: its width follows the precision. */
function decimals(vector: duckdb.Vector, precision: number, rows: number): (row: number) => bigint {
  if (precision > 18) return int128(vector, rows);
  const width = precision > 9 ? 8 : precision > 4 ? 4 : 2;
  const b = bytesOf(vector, rows * width);
  const view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  if (width === 8) return (row) => view.getBigInt64(row * 8, true);
  if (width === 4) return (row) => BigInt(view.getInt32(row * 4, true));
  return (row) => BigInt(view.getInt16(row * 2, true));
}

/** The engine's strings: 4 bytes of length, then up to 12 bytes in place, or a prefix and a pointer. */
export function strings(vector: duckdb.Vector, rows: number): (row: number) => Uint8Array {
  const b = bytesOf(vector, rows * 16);
  const view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  return (row) => {
    const length = view.getUint32(row * 16, true);
    return length <= 12
      ? new Uint8Array(b.buffer, b.byteOffset + row * 16 + 4, length)
      : duckdb.get_data_from_pointer(b.buffer as ArrayBuffer, b.byteOffset + row * 16 + 8, length);
  };
}
