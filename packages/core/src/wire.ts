import { LockstepError } from "./errors.js";
import { formatDays, formatInstant, parseDays, tryInstant } from "./instant.js";
import type { Kind, TypeIR } from "./ir.js";
import { typeName } from "./types.js";

/** A value in memory: see `t` for each type's TypeScript type. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [field: string]: Value };

/** A value in JSON. Whatever JSON numbers would round (int64, NaN, -0, infinities) travels as text. */
export type Wire = null | boolean | number | string | readonly Wire[] | { readonly [field: string]: Wire };

interface WireRow {
  /** A value, given as the type says, to JSON. */
  readonly encode: (value: never, type: TypeIR) => Wire;
  /** JSON, or the looser forms that people write, to a value; undefined where it is not one. */
  readonly decode: (wire: unknown, type: TypeIR) => Value | undefined;
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

const integer = (wire: unknown): bigint | undefined => {
  if (typeof wire === "bigint") return wire;
  if (typeof wire === "number") return Number.isSafeInteger(wire) ? BigInt(wire) : undefined;
  return typeof wire === "string" && /^-?\d{1,39}$/.test(wire) ? BigInt(wire) : undefined;
};
const int64 = (wire: unknown): bigint | undefined => {
  const n = integer(wire);
  return n !== undefined && n >= INT64_MIN && n <= INT64_MAX ? n : undefined;
};
const NAMED_FLOATS: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity, "-Infinity": -Infinity, "-0": -0 };
const encodeFloat = (value: number): Wire =>
  Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? "-0" : String(value);
const decodeFloat = (wire: unknown): number | undefined => {
  if (typeof wire === "number") return wire;
  if (typeof wire === "bigint") return Number(wire);
  if (typeof wire !== "string") return undefined;
  const named = NAMED_FLOATS[wire];
  if (named !== undefined) return named;
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(wire) ? Number(wire) : undefined;
};
const text = (wire: unknown): string | undefined => (typeof wire === "string" ? wire : undefined);
const asIs = (value: never): Wire => value as Wire;
const big = (value: never): Wire => String(value as bigint);

const ROWS: { readonly [K in Kind]: WireRow } = {
  bool: { encode: asIs, decode: (w) => (typeof w === "boolean" ? w : undefined) },
  int32: {
    encode: asIs,
    decode: (w) => {
      const n = integer(w);
      return n !== undefined && BigInt.asIntN(32, n) === n ? Number(n) : undefined;
    },
  },
  int64: { encode: big, decode: int64 },
  int128: { encode: big, decode: integer },
  duration: { encode: big, decode: int64 },
  float32: {
    encode: encodeFloat,
    decode: (w) => {
      const n = decodeFloat(w);
      return n === undefined ? undefined : Math.fround(n);
    },
  },
  float64: { encode: encodeFloat, decode: decodeFloat },
  decimal: { encode: asIs, decode: (w, type) => decodeDecimal(w, type) },
  string: { encode: asIs, decode: text },
  json: { encode: asIs, decode: text },
  bytes: {
    encode: (value: Uint8Array) => toBase64(value),
    decode: (w) => (w instanceof Uint8Array ? w : typeof w === "string" ? fromBase64(w) : undefined),
  },
  date: {
    encode: asIs,
    decode: (w) => {
      const days = typeof w === "string" ? parseDays(w) : null;
      return days === null ? undefined : formatDays(days);
    },
  },
  timestamp: {
    encode: (value: bigint) => formatInstant(value),
    decode: (w) =>
      typeof w === "bigint" ? int64(w) : typeof w === "string" ? (tryInstant(w) ?? undefined) : undefined,
  },
  list: {
    encode: (value: readonly Value[], type) =>
      type.kind === "list" ? value.map((item) => toWire(type.element, item)) : null,
    decode: (w, type) => (type.kind === "list" ? decodeAll(w, () => type.element) : undefined),
  },
  vector: {
    encode: (value: readonly number[]) => Array.from(value, encodeFloat),
    decode: (w, type) => {
      const items = decodeAll(w, () => ({ kind: "float32" }));
      return type.kind === "vector" && items?.length === type.size && !items.includes(null) ? items : undefined;
    },
  },
  struct: {
    encode: (value: Readonly<Record<string, Value>>, type) =>
      type.kind === "struct"
        ? Object.fromEntries(type.fields.map((f) => [f.name, toWire(f.type, value[f.name] ?? null)]))
        : null,
    decode: (w, type) => {
      if (type.kind !== "struct" || typeof w !== "object" || w === null || Array.isArray(w)) return undefined;
      const out: Record<string, Value> = {};
      for (const field of type.fields) {
        const value = tryFromWire(field.type, (w as Record<string, unknown>)[field.name]);
        if (value === undefined) return undefined;
        out[field.name] = value;
      }
      return out;
    },
  },
};

/** A value to its JSON form, exactly. */
export const toWire = (type: TypeIR, value: Value): Wire =>
  value === null ? null : ROWS[type.kind].encode(value as never, type);

/** JSON to a value, or undefined where it is not one of the type. */
export const tryFromWire = (type: TypeIR, wire: unknown): Value | undefined =>
  wire === null || wire === undefined ? null : ROWS[type.kind].decode(wire, type);

/** JSON to a value; anything else is a VALUE_INVALID error that names the place and the type. */
export function fromWire(type: TypeIR, wire: unknown, place: string): Value {
  const value = tryFromWire(type, wire);
  if (value === undefined) {
    throw new LockstepError({
      code: "VALUE_INVALID",
      place,
      what: `${shown(wire)} is not a ${typeName(type)}`,
      mend: `give ${EXAMPLES[type.kind]}, or null`,
    });
  }
  return value;
}

const EXAMPLES: { readonly [K in Kind]: string } = {
  bool: "true or false",
  int32: "a whole number within 32 bits",
  int64: "a whole number within 64 bits, as text beyond 2^53",
  int128: "a whole number as text",
  duration: "microseconds as a whole number",
  float32: 'a number, "NaN", "Infinity", "-Infinity" or "-0"',
  float64: 'a number, "NaN", "Infinity", "-Infinity" or "-0"',
  decimal: 'a decimal number as text, such as "12.50"',
  string: "text",
  json: "JSON as text",
  bytes: "bytes, or base64 text",
  date: 'a day such as "2001-03-01"',
  timestamp: 'an instant such as "2001-03-01T12:00:00Z"',
  list: "a list of such values",
  vector: "a list of that many numbers",
  struct: "an object with those fields",
};

/** A value as an error shows it. */
export function shown(value: unknown): string {
  const text = typeof value === "bigint" ? `${value}n` : (JSON.stringify(value, plain) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

const plain = (_: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}` : value);

function decodeAll(wire: unknown, type: () => TypeIR): Value[] | undefined {
  if (!Array.isArray(wire) && !ArrayBuffer.isView(wire)) return undefined;
  const out: Value[] = [];
  for (const item of wire as unknown as Iterable<unknown>) {
    const value = tryFromWire(type(), item);
    if (value === undefined) return undefined;
    out.push(value);
  }
  return out;
}

function decodeDecimal(wire: unknown, type: TypeIR): string | undefined {
  if (type.kind !== "decimal") return undefined;
  const given = typeof wire === "number" || typeof wire === "bigint" ? String(wire) : text(wire);
  const match = given === undefined ? null : /^(-?)(\d+)(?:\.(\d*))?$/.exec(given);
  if (!match) return undefined;
  const [, sign = "", whole = "", fraction = ""] = match;
  if (/[^0]/.test(fraction.slice(type.scale))) return undefined;
  const unscaled = BigInt(whole + fraction.slice(0, type.scale).padEnd(type.scale, "0"));
  if (unscaled >= 10n ** BigInt(type.precision)) return undefined;
  return decimalText(sign === "-" ? -unscaled : unscaled, type.scale);
}

/** An unscaled integer as decimal text: `decimalText(1250n, 2)` is `12.50`. */
export function decimalText(unscaled: bigint, scale: number): string {
  const negative = unscaled < 0n;
  const digits = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${negative ? "-" : ""}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ""}`;
}

/** The unscaled integer of a decimal's canonical text. */
export const decimalUnscaled = (value: string): bigint => BigInt(value.replace(".", ""));

// Part of every runtime that this package runs in, and of no TypeScript library but the DOM's.
declare const btoa: (binary: string) => string;
declare const atob: (base64: string) => string;

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function fromBase64(value: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0) return undefined;
  return Uint8Array.from(atob(value), (c) => c.charCodeAt(0));
}
