import {
  type AnyExpr,
  compileRepo,
  count,
  featureView,
  last,
  max,
  mean,
  min,
  parquet,
  type StateLayout,
  stateLayout,
  sum,
  t,
  type ViewIR,
} from "@lockstep/core";

export const everyType = parquet("everything", {
  path: "everything.parquet",
  columns: {
    at: t.timestamp(),
    bool: t.bool(),
    int32: t.int32(),
    int64: t.int64(),
    float32: t.float32(),
    float64: t.float64(),
    decimal: t.decimal(38, 6),
    text: t.string(),
    bytes: t.bytes(),
    date: t.date(),
    json: t.json(),
    list: t.list(t.list(t.decimal(9, 2))),
    vector: t.vector(3),
    struct: t.struct({ a: t.int64(), b: t.list(t.string()), c: t.struct({ d: t.bool() }) }),
  },
  eventTime: "at",
});

/** Row features of every type, and windows of every shape and aggregate. */
export const everyView = featureView("every", {
  source: everyType,
  features: (e) => ({
    ...e,
    n: count().over("1h", { hop: "1m" }),
    n_text: count(e.text).over("2h", { hop: "1m" }),
    sum_int: sum(e.int64).over("1h", { hop: "1m" }),
    sum_decimal: sum(e.decimal).over("1h", { bounds: "(]", hop: "7s" }),
    mean_float: mean(e.float64).where(e.bool).over("1d"),
    min_text: min(e.text).over("1h", { hop: "1m" }),
    max_list: max(e.list).over("1h", { hop: "1m", offset: "90s" }),
    last_struct: last(e.struct).over("lifetime"),
    last_known: last(e.vector, { ignoreNulls: true }).over("lifetime", { offset: "1h" }),
    sum_bool: sum(e.bool).over("lifetime"),
    min_date: min(e.date).over("lifetime"),
    recent: max(e.float32).over("5m", { shape: "sliding", bounds: "()" }),
  }),
});

export const viewIR = (view: unknown): ViewIR => compileRepo("test", [view]).ir.views[0] as ViewIR;
export const layoutOf = (view: unknown): StateLayout => stateLayout(viewIR(view));

/** Ten float64 row features. */
export const tenFloats = (() => {
  const names = Array.from({ length: 10 }, (_, i) => `c${i}`);
  const source = parquet("floats", {
    path: "floats.parquet",
    columns: { at: t.timestamp(), ...Object.fromEntries(names.map((name) => [name, t.float64()])) },
    eventTime: "at" as never,
  });
  return featureView("floats", {
    source: source as never,
    features: (row) => Object.fromEntries(names.map((name) => [name, row[name] as AnyExpr])),
  });
})();
