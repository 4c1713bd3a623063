import type { EverythingRequest } from "../../packages/client/test/generated/services.js";

const common = { region: "x" };

/** Rows of the service of every type: what their features are, and what their request fields ask with. */
export const ROWS = [
  {
    ...common,
    id: 9223372036854775807n,
    a_bool: true,
    an_int32: -2147483648,
    an_int64: 9223372036854775807n,
    a_float32: Math.fround(0.1),
    a_float64: Number.NaN,
    a_decimal: "-1234567890123456789012345678901234.5678",
    a_string: 'naïve "text" \u{1F600} \u2028',
    some_bytes: Uint8Array.from([0, 255, 128, 10]),
    a_date: "0001-01-01",
    a_timestamp: 983448000000001n,
    some_json: '{"n": 9007199254740993, "x": 1.10}',
    a_list: [-9223372036854775808n, null, 9007199254740993n],
    a_vector: Float32Array.of(Number.NaN, -0, Infinity),
    a_struct: { city: "Zürich", visits: 9007199254740993n, seen: [0n, null, -1n] },
    some_structs: [{ n: -0 }, null, { n: null }],
  },
  {
    ...common,
    id: -9007199254740993n,
    a_bool: false,
    an_int32: 2147483647,
    an_int64: -9007199254740993n,
    a_float32: -0,
    a_float64: -0,
    a_decimal: "0.0001",
    a_string: "",
    some_bytes: new Uint8Array(0),
    a_date: "9999-12-31",
    a_timestamp: 253402300799999999n,
    some_json: "null",
    a_list: [],
    a_vector: Float32Array.of(1.1, 3.4028234663852886e38, -Infinity),
    a_struct: { city: null, visits: null, seen: null },
    some_structs: [{ n: 5e-324 }, { n: 1.7976931348623157e308 }],
  },
] as const satisfies readonly EverythingRequest[] | readonly unknown[];

export const NOBODY = { ...ROWS[0], id: 1n };

/** A value as JSON that tells apart what JSON does not. */
export function shown(value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (value instanceof Uint8Array || value instanceof Float32Array)
    return { [value.constructor.name]: Array.from(value, shown) };
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shown(part)]));
}
