import type { TypeIR } from "./ir.js";

/** A logical type. `Js` is the TypeScript type of its values; it exists only for the compiler. */
export interface DataType<K extends string = string, Js = unknown> {
  readonly ir: TypeIR;
  readonly kind: K;
  readonly "~js"?: Js;
}

/** The TypeScript type of a DataType's values, without null. */
export type JsOf<T> = T extends DataType<string, infer Js> ? Js : never;

/** What may be given where a value of the type is asked for: numbers for int64, ISO text for timestamps. */
export type JsInput<T> =
  T extends DataType<"int64", unknown>
    ? bigint | number
    : T extends DataType<"timestamp", unknown>
      ? bigint | string
      : JsOf<T>;

export type Bool = DataType<"bool", boolean>;
export type Int32 = DataType<"int32", number>;
export type Int64 = DataType<"int64", bigint>;
export type Float32 = DataType<"float32", number>;
export type Float64 = DataType<"float64", number>;
export type Decimal = DataType<"decimal", string>;
export type Text = DataType<"string", string>;
export type Bytes = DataType<"bytes", Uint8Array>;
export type DateType = DataType<"date", string>;
export type Timestamp = DataType<"timestamp", bigint>;
export type Json = DataType<"json", string>;
export type DurationType = DataType<"duration", bigint>;
export type ListOf<E extends AnyType> = DataType<"list", (JsOf<E> | null)[]>;
export type AnyType = DataType;
export type Types = Readonly<Record<string, AnyType>>;

const make = <K extends string, Js>(ir: TypeIR): DataType<K, Js> => Object.freeze({ ir, kind: ir.kind as K });
const scalar = <K extends (TypeIR & { kind: string })["kind"], Js>(kind: K): DataType<K, Js> =>
  make<K, Js>({ kind } as TypeIR);

/**
 * The logical types. A value keeps every bit on its way: int64 and timestamps are bigint, decimals are text.
 * @example columns: { departure: t.timestamp(), delay: t.int64() }
 */
export const t = {
  bool: (): Bool => scalar("bool"),
  /** 32-bit integer, a `number`. */
  int32: (): Int32 => scalar("int32"),
  /** 64-bit integer, a `bigint`. */
  int64: (): Int64 => scalar("int64"),
  float32: (): Float32 => scalar("float32"),
  float64: (): Float64 => scalar("float64"),
  /** Exact decimal as text with `scale` digits after the point. `precision` is at most 38. */
  decimal: (precision: number, scale: number): Decimal => make({ kind: "decimal", precision, scale }),
  string: (): Text => scalar("string"),
  bytes: (): Bytes => scalar("bytes"),
  /** A day as `2001-03-01`. */
  date: (): DateType => scalar("date"),
  /** An instant: UTC microseconds as a `bigint`. */
  timestamp: (): Timestamp => scalar("timestamp"),
  /** JSON text, kept as it is. */
  json: (): Json => scalar("json"),
  list: <E extends AnyType>(element: E): ListOf<E> => make({ kind: "list", element: element.ir }),
  /** `size` float32 numbers: an embedding. */
  vector: (size: number): DataType<"vector", number[]> => make({ kind: "vector", size }),
  struct: <F extends Types>(fields: F): DataType<"struct", { [K in keyof F]: JsOf<F[K]> | null }> =>
    make({ kind: "struct", fields: Object.entries(fields).map(([name, type]) => ({ name, type: type.ir })) }),
} as const;

/** A short name for a type: `decimal(10,2)`, `list(int64)`. */
export function typeName(type: TypeIR): string {
  switch (type.kind) {
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "list":
      return `list(${typeName(type.element)})`;
    case "vector":
      return `vector(${type.size})`;
    case "struct":
      return `struct(${type.fields.map((f) => `${f.name} ${typeName(f.type)}`).join(", ")})`;
    default:
      return type.kind;
  }
}

export const sameType = (a: TypeIR, b: TypeIR): boolean => typeName(a) === typeName(b);
