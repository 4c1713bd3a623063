import type { TypeIR } from "@lockstep/core";
import { formatInstant, parseInstant } from "./instant.js";

interface ValueRow {
  /** A value, or what may stand for one, to JSON. What is no value of the type is sent as it is: the server says so. */
  readonly encode: (value: unknown, type: TypeIR) => unknown;
  /** JSON to a value; undefined where it is not the type's wire form. */
  readonly decode: (wire: unknown, type: TypeIR) => unknown;
}

// JSON would make null of a number that is not finite.
const asIs = (value: unknown) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
const ofKind = (kind: "boolean" | "number" | "string"): ValueRow => ({
  encode: asIs,
  decode: (wire) => (typeof wire === kind ? wire : undefined),
});
const bigintText: ValueRow = {
  encode: (value) => (typeof value === "bigint" ? String(value) : asIs(value)),
  decode: (wire) => (typeof wire === "string" && /^-?\d+$/.test(wire) ? BigInt(wire) : undefined),
};
const float: ValueRow = {
  encode: (value) => {
    if (typeof value === "bigint") return String(value);
    if (typeof value !== "number" || (Number.isFinite(value) && !Object.is(value, -0))) return value;
    return Object.is(value, -0) ? "-0" : String(value);
  },
  decode: (wire) => {
    if (typeof wire === "number") return wire;
    return wire === "NaN" || wire === "Infinity" || wire === "-Infinity" || wire === "-0" ? Number(wire) : undefined;
  },
};

/** The wire form of each type, as the server writes and reads it. */
const ROWS: { readonly [K in TypeIR["kind"]]: ValueRow } = {
  bool: ofKind("boolean"),
  int32: { ...ofKind("number"), encode: (value) => (typeof value === "bigint" ? Number(value) : asIs(value)) },
  int64: bigintText,
  int128: bigintText,
  duration: bigintText,
  float32: float,
  float64: float,
  decimal: ofKind("string"),
  string: ofKind("string"),
  date: ofKind("string"),
  json: ofKind("string"),
  bytes: {
    encode: (value) =>
      value instanceof Uint8Array ? btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join("")) : value,
    decode: (wire) =>
      typeof wire === "string" ? Uint8Array.from(atob(wire), (char) => char.charCodeAt(0)) : undefined,
  },
  timestamp: {
    encode: (value) => (typeof value === "bigint" ? formatInstant(value) : value),
    decode: (wire) => (typeof wire === "string" ? parseInstant(wire) : undefined),
  },
  list: {
    encode: (value, type) =>
      Array.isArray(value) && type.kind === "list" ? value.map((item) => encode(type.element, item)) : value,
    decode: (wire, type) => (type.kind === "list" ? all(wire, (item) => decode(type.element, item)) : undefined),
  },
  vector: {
    encode: (value) =>
      Array.isArray(value) || ArrayBuffer.isView(value)
        ? Array.from(value as Iterable<unknown>, (item) => float.encode(item, { kind: "float32" }))
        : value,
    decode: (wire, type) => {
      const values = all(wire, (item) => float.decode(item, type));
      return values && Float32Array.from(values as number[]);
    },
  },
  struct: {
    encode: (value, type) =>
      type.kind === "struct" && isRecord(value)
        ? Object.fromEntries(type.fields.map((f) => [f.name, encode(f.type, value[f.name])]))
        : value,
    decode: (wire, type) => {
      if (type.kind !== "struct" || !isRecord(wire)) return undefined;
      const values = type.fields.map((f) => [f.name, decode(f.type, wire[f.name])] as const);
      return values.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(values);
    },
  },
};

/** A request's value to JSON that loses nothing: a bigint becomes text. */
export const encode = (type: TypeIR, value: unknown): unknown =>
  value === null || value === undefined ? null : ROWS[type.kind].encode(value, type);

/** An answer's JSON to a value, or undefined where it has not the type's form. */
export const decode = (type: TypeIR, wire: unknown): unknown =>
  wire === null ? null : ROWS[type.kind].decode(wire, type);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function all(wire: unknown, item: (wire: unknown) => unknown): unknown[] | undefined {
  if (!Array.isArray(wire)) return undefined;
  const values = wire.map(item);
  return values.includes(undefined) ? undefined : values;
}
