import {
  type Column,
  decimalText,
  decimalUnscaled,
  formatDays,
  type Kind,
  LockstepError,
  parseDays,
  type TypeIR,
  typeName,
  type Value,
} from "@lockstep/core";
import { type ByteReader, BytesInvalid } from "./byte-reader.js";
import type { ByteWriter } from "./byte-writer.js";
import { readValues, writeValues } from "./values.js";

/** How a type's values lie in bytes. Nulls are said elsewhere. */
export interface ValueCodec {
  readonly write: (out: ByteWriter, value: Value) => void;
  readonly read: (from: ByteReader) => Value;
  /** Writes a column's values that are not null, straight from its typed array or bytes where it has them. */
  readonly cells: (column: Column) => CellWriter;
}

export type CellWriter = (out: ByteWriter, row: number) => void;

/** `fixed`: a type of fixed width takes its width. `packed`: integers are short where they are near 0. */
export type Form = "fixed" | "packed";

type Scalar = Exclude<Kind, "decimal" | "list" | "vector" | "struct">;
type Write<V> = (out: ByteWriter, value: V) => void;

/** `cells`: null where the column does not have what they need. */
const scalar = <V extends Value>(
  write: Write<V>,
  read: (from: ByteReader) => V,
  cells: (column: Column) => CellWriter | null = () => null,
): ValueCodec => ({
  write: write as ValueCodec["write"],
  read,
  cells: (column) => cells(column) ?? ((out, row) => write(out, column.get(row) as V)),
});

// A function each, so that the engine compiles each for its own kind of array.
const doubles = ({ raw }: Column): CellWriter | null =>
  raw instanceof Float64Array ? (out, row) => out.f64(raw[row] as number) : null;
const floats = ({ raw }: Column): CellWriter | null =>
  raw instanceof Float32Array ? (out, row) => out.f32(raw[row] as number) : null;
const ints = ({ raw }: Column): CellWriter | null =>
  raw instanceof Int32Array ? (out, row) => out.i32(raw[row] as number) : null;
const packedInts = ({ raw }: Column): CellWriter | null =>
  raw instanceof Int32Array ? (out, row) => packInt(out, raw[row] as number) : null;
const packedLongs = ({ raw }: Column): CellWriter | null =>
  raw instanceof BigInt64Array ? (out, row) => out.zigzag(raw[row] as bigint) : null;
const byteStrings = ({ bytes }: Column): CellWriter | null => (bytes ? (out, row) => out.blob(bytes(row)) : null);

/** By halves: a bigint for each value would cost more than all else. */
function longs({ raw }: Column): CellWriter | null {
  if (!(raw instanceof BigInt64Array)) return null;
  const halves = new Int32Array(raw.buffer, raw.byteOffset, raw.length * 2);
  return LITTLE_ENDIAN
    ? (out, row) => out.halves(halves[2 * row] as number, halves[2 * row + 1] as number)
    : (out, row) => out.halves(halves[2 * row + 1] as number, halves[2 * row] as number);
}
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const packInt: Write<number> = (out, value) => out.varint(value < 0 ? -2 * value - 1 : 2 * value);

/** A signed integer of so many bits as a varint. */
const integer = (bits: number): ValueCodec =>
  scalar<bigint>(
    (out, value) => out.zigzag(value),
    (from) => {
      const value = from.zigzag();
      if (BigInt.asIntN(bits, value) !== value) throw new BytesInvalid(`an integer does not fit ${bits} bits`);
      return value;
    },
    packedLongs,
  );
const int64 = scalar<bigint>(
  (out, value) => out.i64(value),
  (from) => from.i64(),
  longs,
);
const text = scalar<string>(
  (out, value) => out.text(value),
  (from) => from.text(),
  byteStrings,
);

const FIXED: { readonly [K in Scalar]: ValueCodec } = {
  bool: scalar<boolean>(
    (out, value) => out.u8(value ? 1 : 0),
    (from) => {
      const byte = from.u8();
      if (byte > 1) throw new BytesInvalid("a bool is neither true nor false");
      return byte === 1;
    },
  ),
  int32: scalar<number>(
    (out, value) => out.i32(value),
    (from) => from.i32(),
    ints,
  ),
  int64,
  int128: scalar<bigint>(
    (out, value) => out.i128(value),
    (from) => from.i128(),
  ),
  duration: int64,
  timestamp: int64,
  float32: scalar<number>(
    (out, value) => out.f32(value),
    (from) => from.f32(),
    floats,
  ),
  float64: scalar<number>(
    (out, value) => out.f64(value),
    (from) => from.f64(),
    doubles,
  ),
  string: text,
  json: text,
  bytes: scalar<Uint8Array>(
    (out, value) => out.blob(value),
    (from) => from.blob(),
    byteStrings,
  ),
  date: scalar<string>(
    (out, value) => out.i32(daysOf(value)),
    (from) => formatDays(from.i32()),
  ),
};

const PACKED: typeof FIXED = {
  ...FIXED,
  int32: scalar<number>(packInt, (from) => Number(integer(32).read(from)), packedInts),
  int64: integer(64),
  int128: integer(128),
  duration: integer(64),
};

export function valueCodec(type: TypeIR, form: Form = "fixed"): ValueCodec {
  switch (type.kind) {
    case "decimal":
      return decimalCodec(type.scale, form);
    case "list":
      return listCodec(valueCodec(type.element, form));
    case "vector":
      return vectorCodec(type.size);
    case "struct":
      return structCodec(
        type.fields.map((f) => f.name),
        type.fields.map((f) => valueCodec(f.type, form)),
      );
    default:
      return (form === "packed" ? PACKED : FIXED)[type.kind];
  }
}

function decimalCodec(scale: number, form: Form): ValueCodec {
  const unscaled = form === "packed" ? PACKED.int128 : FIXED.int128;
  return scalar<string>(
    (out, value) => unscaled.write(out, decimalUnscaled(value)),
    (from) => decimalText(unscaled.read(from) as bigint, scale),
  );
}

function listCodec(element: ValueCodec): ValueCodec {
  const codec = () => element;
  return scalar<readonly Value[]>(
    (out, items) => {
      out.varint(items.length);
      writeValues(out, items, codec);
    },
    (from) => readValues(from, from.count(), codec),
  );
}

function vectorCodec(size: number): ValueCodec {
  return scalar<readonly number[]>(
    (out, items) => {
      if (items.length !== size) throw invalid(`a vector of ${items.length} numbers`, { kind: "vector", size });
      for (let i = 0; i < size; i++) out.f32(items[i] as number);
    },
    (from) => Array.from({ length: size }, () => from.f32()),
  );
}

function structCodec(names: readonly string[], codecs: readonly ValueCodec[]): ValueCodec {
  const codec = (field: number) => codecs[field] as ValueCodec;
  return scalar<{ readonly [field: string]: Value }>(
    (out, value) =>
      writeValues(
        out,
        names.map((name) => value[name] ?? null),
        codec,
      ),
    (from) => {
      const values = readValues(from, names.length, codec);
      return Object.fromEntries(names.map((name, i) => [name, values[i] as Value]));
    },
  );
}

function daysOf(date: string): number {
  const days = parseDays(date);
  if (days === null) throw invalid(JSON.stringify(date), { kind: "date" });
  return days;
}

const invalid = (shown: string, type: TypeIR) =>
  new LockstepError({ code: "VALUE_INVALID", what: `${shown} is not a ${typeName(type)}` });
