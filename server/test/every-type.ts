import { compileRepo, entity, featureService, featureView, onDemand, parquet, t } from "@lockstep/core";

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
export const things = parquet("things", {
  path: "things.parquet",
  columns: { at: t.timestamp(), id: t.int64(), region: t.string(), ...types },
  eventTime: "at",
  knownAt: "at",
  id: "id",
  push: true,
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
