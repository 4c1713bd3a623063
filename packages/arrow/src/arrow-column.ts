import { type Column, decimalText, formatDays, LockstepError, type TypeIR, type Value } from "@lockstep/core";
import type { Data, DataType, Vector } from "apache-arrow";

// Types are told by their number, so that data of another copy of apache-arrow is read too.
const [INT, FLOAT, BINARY, UTF8, BOOL, DECIMAL, DATE] = [2, 3, 4, 5, 6, 7, 8];
const [TIMESTAMP, LIST, STRUCT, FIXED_BINARY, FIXED_LIST] = [10, 12, 13, 15, 16];
const [LARGE_BINARY, LARGE_UTF8, BINARY_VIEW, UTF8_VIEW, DICTIONARY] = [19, 20, 23, 24, -1];
const SINGLE = 1;

// biome-ignore lint/suspicious/noExplicitAny: the parameters of an Arrow type known only by its number
type AnyArrowType = any;

/** The logical type that holds every value of an Arrow type as it is. */
export function typeOfArrow(arrow: DataType, place: string): TypeIR {
  const type = arrow as AnyArrowType;
  switch (type.typeId) {
    case INT:
      return integerType(type);
    case FLOAT:
      return { kind: type.precision > SINGLE ? "float64" : "float32" };
    case BINARY:
    case LARGE_BINARY:
    case FIXED_BINARY:
    case BINARY_VIEW:
      return { kind: "bytes" };
    case UTF8:
    case LARGE_UTF8:
    case UTF8_VIEW:
      return { kind: "string" };
    case BOOL:
      return { kind: "bool" };
    case DECIMAL:
      if (type.precision > 38 || type.scale < 0) break;
      return { kind: "decimal", precision: type.precision, scale: type.scale };
    case DATE:
      return { kind: "date" };
    case TIMESTAMP:
      return { kind: "timestamp" };
    case LIST:
      return { kind: "list", element: typeOfArrow(type.children[0].type, place) };
    case FIXED_LIST: {
      const element = typeOfArrow(type.children[0].type, place);
      return element.kind === "float32" ? { kind: "vector", size: type.listSize } : { kind: "list", element };
    }
    case STRUCT:
      return {
        kind: "struct",
        fields: (type as { children: { name: string; type: DataType }[] }).children.map((f) => ({
          name: f.name,
          type: typeOfArrow(f.type, place),
        })),
      };
    case DICTIONARY:
      return typeOfArrow(type.dictionary, place);
  }
  throw new LockstepError({
    code: "LABELS_COLUMN_TYPE",
    place,
    what: `there is no logical type for Arrow's ${String(arrow)}`,
    mend: "leave the column out, or cast it where the table is made",
  });
}

function integerType({ bitWidth, isSigned }: { bitWidth: number; isSigned: boolean }): TypeIR {
  if (bitWidth < 32 || (bitWidth === 32 && isSigned)) return { kind: "int32" };
  return bitWidth === 32 || isSigned ? { kind: "int64" } : { kind: "decimal", precision: 20, scale: 0 };
}

const NANOSECOND = 3;
export const isNanoseconds = (arrow: DataType): boolean =>
  arrow.typeId === TIMESTAMP && (arrow as AnyArrowType).unit === NANOSECOND;

/** Instants in nanoseconds as they are. */
export function nanosecondColumn(data: Data): Column {
  const raw = data.values as BigInt64Array;
  const valid = (row: number) => data.getValid(row);
  return {
    type: { kind: "timestamp" },
    valid,
    get: (row) => (valid(row) ? (raw[row] ?? null) : null),
    raw,
    ...(data.nullCount === 0 ? { bits: null } : {}),
  };
}

/** A column over one of Arrow's vectors, in the type that typeOfArrow gives. Fixed-width values are not copied. */
export function arrowColumn(data: Data, type: TypeIR): Column {
  const whole = data.nullCount === 0;
  const valid = whole ? () => true : (row: number) => data.getValid(row);
  const make = (get: (row: number) => Value, more: Pick<Column, "raw" | "bytes"> = {}): Column => ({
    type,
    valid,
    get: (row) => (valid(row) ? get(row) : null),
    ...(whole ? { bits: null } : {}),
    ...more,
  });
  const arrow = data.type as AnyArrowType;
  switch (arrow.typeId) {
    case INT:
      return integers(data, type, make);
    case FLOAT: {
      const raw = data.values as Float32Array | Float64Array;
      return arrow.precision === 0 ? make((row) => half(data.values[row])) : make((row) => raw[row] ?? null, { raw });
    }
    case BOOL:
      return make((row) => ((data.values[(data.offset + row) >> 3] >> ((data.offset + row) & 7)) & 1) === 1);
    case DECIMAL: {
      const words = arrow.bitWidth / 32;
      return make((row) => decimalText(wide(data.values, row * words, words), arrow.scale));
    }
    case DATE: {
      if (arrow.unit === 0) return make((row) => formatDays(data.values[row]), { raw: data.values });
      return make((row) => formatDays(Math.floor(Number(data.values[row]) / 86_400_000)));
    }
    case TIMESTAMP:
      return make(...timestamps(data.values, arrow.unit));
    case LIST: {
      const child = arrowColumn(data.children[0] as Data, (type as { element: TypeIR }).element);
      const offsets = data.valueOffsets;
      return make((row) => slice(child, Number(offsets[row]), Number(offsets[row + 1])));
    }
    case FIXED_LIST: {
      const element: TypeIR = type.kind === "list" ? type.element : { kind: "float32" };
      const child = arrowColumn(data.children[0] as Data, element);
      return make((row) => slice(child, row * arrow.listSize, (row + 1) * arrow.listSize));
    }
    case STRUCT: {
      const { fields } = type as { fields: readonly { name: string; type: TypeIR }[] };
      const children = fields.map((f, i) => arrowColumn(data.children[i] as Data, f.type));
      return make((row) => Object.fromEntries(fields.map((f, i) => [f.name, children[i]?.get(row) ?? null])));
    }
    case DICTIONARY:
      return dictionary(data, type);
    default: {
      const bytes = bytesReader(data);
      return make(type.kind === "bytes" ? (row) => Uint8Array.from(bytes(row)) : (row) => utf8.decode(bytes(row)), {
        bytes,
      });
    }
  }
}

// A byte order mark is a character of the text like any other.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

type Make = (get: (row: number) => Value, more?: Pick<Column, "raw" | "bytes">) => Column;

function integers({ values }: Data, type: TypeIR, make: Make): Column {
  if (values instanceof Int32Array || values instanceof BigInt64Array)
    return make((row) => values[row] ?? null, { raw: values });
  if (type.kind === "int64") return make((row) => BigInt(values[row]));
  return make(type.kind === "decimal" ? (row) => String(values[row]) : (row) => values[row]);
}

/** By unit, from seconds to nanoseconds, which are floored. */
function timestamps(values: BigInt64Array, unit: number): Parameters<Make> {
  if (unit === 2) return [(row) => values[row] ?? null, { raw: values }];
  const at = (row: number) => values[row] as bigint;
  if (unit < 2) return [(row) => at(row) * (unit === 0 ? 1_000_000n : 1_000n)];
  return [(row) => (at(row) - (((at(row) % 1000n) + 1000n) % 1000n)) / 1000n];
}

/** A two's complement integer of 32-bit words, the lowest first. */
function wide(words: Uint32Array, from: number, count: number): bigint {
  let value = 0n;
  for (let i = count - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[from + i] ?? 0);
  return BigInt.asIntN(count * 32, value);
}

function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

const slice = (child: Column, from: number, to: number): Value[] =>
  Array.from({ length: to - from }, (_, i) => child.get(from + i));

function bytesReader(data: Data): (row: number) => Uint8Array {
  const type = data.type as AnyArrowType;
  const values = data.values as Uint8Array;
  if (type.typeId === FIXED_BINARY) return (row) => values.subarray(row * type.byteWidth, (row + 1) * type.byteWidth);
  if (type.typeId === UTF8_VIEW || type.typeId === BINARY_VIEW) return viewReader(data);
  const offsets = data.valueOffsets;
  return (row) => values.subarray(Number(offsets[row]), Number(offsets[row + 1]));
}

/** 4 bytes of length, then up to 12 bytes in place, or a prefix, a buffer's number and where it begins there. */
function viewReader(data: Data): (row: number) => Uint8Array {
  const values = data.values as unknown as Uint8Array;
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const buffers = (data as unknown as { variadicBuffers: readonly Uint8Array[] }).variadicBuffers;
  return (row) => {
    const length = view.getInt32(row * 16, true);
    if (length <= 12) return values.subarray(row * 16 + 4, row * 16 + 4 + length);
    const from = view.getInt32(row * 16 + 12, true);
    return buffers[view.getInt32(row * 16 + 8, true)]?.subarray(from, from + length) ?? new Uint8Array(0);
  };
}

function dictionary(data: Data, type: TypeIR): Column {
  const words = columnOfVector((data as unknown as { dictionary: Vector }).dictionary, type);
  const index = (row: number) => Number(data.values[row]);
  const { bytes } = words;
  const valid = (row: number) => data.getValid(row) && words.valid(index(row));
  return {
    type,
    valid,
    get: (row) => (valid(row) ? words.get(index(row)) : null),
    ...(bytes ? { bytes: (row: number) => bytes(index(row)) } : {}),
  };
}

/** A vector of several parts as one column. */
function columnOfVector(vector: Vector, type: TypeIR): Column {
  const parts = vector.data.map((data) => arrowColumn(data, type));
  if (parts.length === 1) return parts[0] as Column;
  const ends: number[] = [];
  for (const data of vector.data) ends.push((ends.at(-1) ?? 0) + data.length);
  const find = (row: number): readonly [Column, number] => {
    const part = ends.findIndex((end) => row < end);
    return [parts[part] as Column, row - (ends[part - 1] ?? 0)];
  };
  return {
    type,
    valid: (row) => {
      const [part, at] = find(row);
      return part.valid(at);
    },
    get: (row) => {
      const [part, at] = find(row);
      return part.get(at);
    },
  };
}
