import { compileRepo, entity, featureService, featureView, onDemand, parquet, t, type Value } from "@lockstep/core";

const place = t.struct({ city: t.string(), visits: t.int64(), seen: t.list(t.timestamp()) });
const types = {
  a_bool: t.bool(),
  an_int32: t.int32(),
  an_int64: t.int64(),
  a_float32: t.float32(),
  a_float64: t.float64(),
  a_decimal: t.decimal(38, 4),
  a_string: t.string(),
  some_bytes: t.bytes(),
  a_date: t.date(),
  a_timestamp: t.timestamp(),
  some_json: t.json(),
  a_list: t.list(t.int64()),
  a_vector: t.vector(3),
  a_struct: place,
  some_structs: t.list(t.struct({ n: t.float64() })),
} as const;

const thing = entity("thing", { id: t.int64(), region: t.string() });
const things = parquet("things", {
  path: "things.parquet",
  columns: { at: t.timestamp(), id: t.int64(), region: t.string(), ...types },
  eventTime: "at",
});

/** A view with a feature of every type. */
export const every = featureView("every", {
  entity: thing,
  source: things,
  features: (f) => ({
    a_bool: f.a_bool,
    an_int32: f.an_int32,
    an_int64: f.an_int64,
    a_float32: f.a_float32,
    a_float64: f.a_float64,
    a_decimal: f.a_decimal,
    a_string: f.a_string,
    some_bytes: f.some_bytes,
    a_date: f.a_date,
    a_timestamp: f.a_timestamp,
    some_json: f.some_json,
    a_list: f.a_list,
    a_vector: f.a_vector,
    a_struct: f.a_struct,
    some_structs: f.some_structs,
  }),
});

/** Asks for a request field of every type. */
export const echo = onDemand("echo", { request: types, outputs: { fine: t.bool() }, compute: () => ({ fine: true }) });

export const everything = featureService("everything", [every, echo]);

export const everyType = compileRepo("types", [everything]).ir;

/** Rows of values that a careless path would change. */
export const HARD_VALUES: readonly Readonly<Record<keyof typeof types, Value>>[] = [
  {
    a_bool: true,
    an_int32: -2147483648,
    an_int64: 9223372036854775807n,
    a_float32: Math.fround(0.1),
    a_float64: Number.NaN,
    a_decimal: "-1234567890123456789012345678901234.5678",
    a_string: 'naïve "text" \u0000 \u{1F600} ',
    some_bytes: Uint8Array.from([0, 255, 128, 10]),
    a_date: "0001-01-01",
    a_timestamp: 983448000000001n,
    some_json: '{"n": 9007199254740993, "x": 1.10}',
    a_list: [-9223372036854775808n, null, 9007199254740993n],
    a_vector: [Number.NaN, -0, Infinity],
    a_struct: { city: "Zürich", visits: 9007199254740993n, seen: [0n, null, -1n] },
    some_structs: [{ n: -0 }, null, { n: null }],
  },
  {
    a_bool: false,
    an_int32: 2147483647,
    an_int64: -9007199254740993n,
    a_float32: -0,
    a_float64: -0,
    a_decimal: "0.0001",
    a_string: "",
    some_bytes: new Uint8Array(0),
    a_date: "+012345-12-31",
    a_timestamp: -9223372036854775808n,
    some_json: "null",
    a_list: [],
    a_vector: [Math.fround(1.1), 3.4028234663852886e38, -Infinity],
    a_struct: { city: null, visits: null, seen: null },
    some_structs: [],
  },
  {
    a_bool: true,
    an_int32: 0,
    an_int64: 0n,
    a_float32: Number.NaN,
    a_float64: Infinity,
    a_decimal: "1.5000",
    a_string: "x",
    some_bytes: Uint8Array.from([1]),
    a_date: "2000-02-29",
    a_timestamp: 9223372036854775807n,
    some_json: '"text"',
    a_list: [1n],
    a_vector: [0, 1, 2],
    a_struct: { city: "", visits: -1n, seen: [] },
    some_structs: [{ n: -Infinity }, { n: 5e-324 }, { n: 1.7976931348623157e308 }],
  },
];
