import { duckdbType, sameType, type TypeIR } from "@lockstep/core";
import type { Dialect } from "./dialect.js";
import { isFloat, momentsSql, partials, quantileSql, stored } from "./duckdb-partials.js";

const ident = (name: string) => `"${name.replaceAll('"', '""')}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const infix =
  (operator: string) =>
  ([a, b]: readonly string[]) =>
    `(${a} ${operator} ${b})`;

const holdsFloat32 = (type: TypeIR): boolean =>
  type.kind === "float32" || (type.kind === "list" && holdsFloat32(type.element));

/** A decimal of 38 nines. */
const most = (scale: number) => `${text(`${"9".repeat(38 - scale)}.${"9".repeat(scale)}`)}::DECIMAL(38,${scale})`;

const spread =
  (least: 1 | 2, finish: (variance: string) => string): Dialect["finish"]["variance"] =>
  ([columns]) =>
    `list_transform([${momentsSql(columns)}], lambda m: CASE WHEN m.n >= ${least} THEN ${finish(`m.m2 / (m.n - ${least - 1})`)} END)[1]`;
const asIs = (sql: string) => sql;
const root = (sql: string) => `sqrt(${sql})`;

/** Numbers are worked on in 64 bits whatever the columns' width, so that only 64-bit overflow is one. */
const wide = (args: readonly string[], types: readonly TypeIR[]): readonly string[] =>
  args.map((arg, i) => {
    const kind = types[i]?.kind;
    return kind === "int32" ? `${arg}::BIGINT` : kind === "float32" ? `${arg}::DOUBLE` : arg;
  });
const arithmetic =
  (operator: string) =>
  (args: readonly string[], types: readonly TypeIR[]): string => {
    const [a, b] = wide(args, types);
    return b === undefined ? `(${operator}${a})` : `(${a} ${operator} ${b})`;
  };
/** Values of one type as they are; numbers of two, wide. */
const alike = (args: readonly string[], types: readonly TypeIR[]): readonly string[] =>
  types.every((type) => sameType(type, types[0] as TypeIR)) ? args : wide(args, types);

/** DuckDB 1.5. */
export const duckdb: Dialect = {
  name: "duckdb",
  ident,
  text,
  type: duckdbType,
  // arg_max, and the ASOF join by way of it, turn a float32 -0 (and a -0 inside a struct) into +0.
  carry: (type, sql) => (type.kind === "float32" ? `${sql}::DOUBLE` : sql),
  emit: (type, sql) => (holdsFloat32(type) ? `(${sql})::${duckdbType(type)}` : sql),
  literal: (type, value) => {
    if (value === null) return `NULL::${duckdbType(type)}`;
    if (type.kind === "bool") return value;
    if (type.kind === "string") return text(value);
    if (type.kind === "duration") return `${value}::BIGINT`;
    if (type.kind === "timestamp") return `TIMESTAMP ${text(value.replace("T", " ").replace("Z", ""))}`;
    return /^-?\d+$/.test(value) && (type.kind === "int64" || type.kind === "int32")
      ? `${value}::${duckdbType(type)}`
      : `${text(value)}::${duckdbType(type)}`;
  },
  ops: {
    plus: arithmetic("+"),
    minus: arithmetic("-"),
    times: arithmetic("*"),
    negate: arithmetic("-"),
    div: ([a, b]) => `(${a}::DOUBLE / ${b}::DOUBLE)`,
    idiv: ([a, b]) => `(${a}::BIGINT // nullif(${b}::BIGINT, 0))`,
    eq: infix("="),
    ne: infix("<>"),
    lt: infix("<"),
    le: infix("<="),
    gt: infix(">"),
    ge: infix(">="),
    and: infix("AND"),
    or: infix("OR"),
    not: ([a]) => `(NOT ${a})`,
    isNull: ([a]) => `(${a} IS NULL)`,
    coalesce: (args, types) => `coalesce(${alike(args, types).join(", ")})`,
    iff: ([condition = "", ...args], [, ...types]) => {
      const [a, b] = alike(args, types);
      return `(CASE WHEN ${condition} THEN ${a} WHEN NOT ${condition} THEN ${b} END)`;
    },
    abs: (args, types) => `abs(${wide(args, types)[0]})`,
    isIn: ([a, ...others]) => `(${a} IN (${others.join(", ")}))`,
    hour: ([at]) => `hour(${at})::INTEGER`,
    weekday: ([at]) => `isodow(${at})::INTEGER`,
    toFloat64: ([a]) => `${a}::DOUBLE`,
    toDuration: ([amount, unit], [type]) =>
      isFloat(type ?? null) || type?.kind === "decimal"
        ? `floor(${amount}::DOUBLE * ${unit})::BIGINT`
        : `(${amount}::BIGINT * ${unit})`,
    instantPlus: ([at, by]) => `(${at} + to_microseconds(${by}))`,
    instantMinus: ([at, by]) => `(${at} - to_microseconds(${by}))`,
  },
  micros: (timestamp) => `epoch_us(${timestamp})`,
  timestamp: (micros) => `make_timestamp(${micros})`,
  floorTo: (x, step) => `(${x} - (((${x}) % ${step}) + ${step}) % ${step})`,
  floorDiv: (x, step) => `((${x} - (((${x}) % ${step}) + ${step}) % ${step}) // ${step})`,
  // A sort gives back its own keys for columns that it sorts by, and has one zero only: so the float goes in as a key.
  orderTerms: (type, sql) =>
    isFloat(type) ? [`create_sort_key(${sql}, 'ASC NULLS FIRST')`, `NOT signbit(${sql})`] : [sql],
  hash: (values) => `hash(${values.join(", ")})`,
  parquet: (path) => `read_parquet(${text(path)})`,
  integers: (from, to) => `unnest(range(${from}, ${to} + 1))`,
  list: (fields, orderBy) => `list({${fields.map(([n, s]) => `${text(n)}: ${s}`).join(", ")}} ORDER BY ${orderBy})`,
  atMax: (sql, rank) => `arg_max_null(${sql}, ${rank})`,
  fail: (code, message) => `error(${text(`${code}: `)} || ${message})`,
  partials,
  finish: {
    count: ([n]) => `coalesce(${n?.[0]}, 0)`,
    countDistinct: ([values]) => `coalesce(len(list_distinct(${values?.[0]})), 0)`,
    sum: ([sum], of, where) => {
      const value = stored("sum", sum, of);
      if (isFloat(of.argument)) return value;
      const checked = (low: string, high: string, type: string) =>
        `CASE WHEN ${value} IS NULL OR ${value} BETWEEN ${low} AND ${high} THEN ${value}::${type} ELSE ${duckdb.fail("AGGREGATE_OVERFLOW", where)} END`;
      if (of.argument?.kind !== "decimal") return checked("-9223372036854775808", "9223372036854775807", "BIGINT");
      const { scale } = of.argument;
      return checked(`-(${most(scale)})`, most(scale), `DECIMAL(38,${scale})`);
    },
    mean: ([sum, n], of) => `${stored("sum", sum, of)}::DOUBLE / ${n?.[0]}`,
    variance: spread(2, asIs),
    stddev: spread(2, root),
    varPop: spread(1, asIs),
    stddevPop: spread(1, root),
    min: ([state], of) => stored("min", state, of),
    max: ([state], of) => stored("max", state, of),
    first: ([state]) => state?.[0] ?? "NULL",
    last: ([state]) => state?.[0] ?? "NULL",
    firstN: ([state], { argument, params }) => stored("firstN", state, { argument, n: params.n ?? 0 }),
    lastN: ([state], { argument, params }) => stored("lastN", state, { argument, n: params.n ?? 0 }),
    quantile: ([values], { argument, params }) => quantileSql(values?.[0] ?? "NULL", argument, params.p ?? 0),
  },
};
