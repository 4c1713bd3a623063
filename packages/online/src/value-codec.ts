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
  /** A column's value, which is not null, straight from its typed array where it has one. */
  readonly cell: (out: ByteWriter, column: Column, row: number) => void;
}

/** `fixed`: a type of fixed width takes its width. `packed`: integers are short where they are near 0. */
export type Form = "fixed" | "packed";

type Scalar = Exclude<Kind, "decimal" | "list" | "vector" | "struct">;
type Raw = NonNullable<Column["raw"]>;

const scalar = <V extends Value>(
  write: (out: ByteWriter, value: V) => void,
  read: (from: ByteReader) => V,
  raw?: abstract new (...args: never) => Raw,
): ValueCodec => ({
  write: write as ValueCodec["write"],
  read,
  cell: raw
    ? (out, column, row) => write(out, (column.raw instanceof raw ? column.raw[row] : column.get(row)) as V)
    : (out, column, row) => write(out, column.get(row) as V),
});

/** A signed integer of so many bits as a varint. */
const integer = (bits: number): ValueCodec =>
  scalar<bigint>(
    (out, value) => out.zigzag(value),
    (from) => {
      const value = from.zigzag();
      if (BigInt.asIntN(bits, value) !== value) throw new BytesInvalid(`an integer does not fit ${bits} bits`);
      return value;
    },
    BigInt64Array,
  );
const int64 = scalar<bigint>(
  (out, value) => out.i64(value),
  (from) => from.i64(),
  BigInt64Array,
);
const text = scalar<string>(
  (out, value) => out.text(value),
  (from) => from.text(),
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
    Int32Array,
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
    Float32Array,
  ),
  float64: scalar<number>(
    (out, value) => out.f64(value),
    (from) => from.f64(),
    Float64Array,
  ),
  string: text,
  json: text,
  bytes: scalar<Uint8Array>(
    (out, value) => out.blob(value),
    (from) => from.blob(),
  ),
  date: scalar<string>(
    (out, value) => out.i32(daysOf(value)),
    (from) => formatDays(from.i32()),
  ),
};

const PACKED: typeof FIXED = {
  ...FIXED,
  int32: scalar<number>(
    (out, value) => out.varint(value < 0 ? -2 * value - 1 : 2 * value),
    (from) => Number(integer(32).read(from)),
    Int32Array,
  ),
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
