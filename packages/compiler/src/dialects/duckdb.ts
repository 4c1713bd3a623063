import { duckdbType, instant, parseDays, type TypeIR } from "@lockstep/core";
import type { Dialect } from "./dialect.js";
import { carry, emit } from "./duckdb-carry.js";
import { compared, isIn, ordered } from "./duckdb-compare.js";
import { isNested, nestedKey } from "./duckdb-nested.js";
import { arithmetic } from "./duckdb-numbers.js";
import { isFloat, momentsSql, partials, quantileSql, stored } from "./duckdb-partials.js";

const ident = (name: string) => `"${name.replaceAll('"', '""')}"`;
const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;
/** The engine's parser ends at a NUL, though its strings may hold one. */
const text = (value: string) =>
  value.includes("\0") ? `(${value.split("\0").map(quoted).join(" || chr(0) || ")})` : quoted(value);

const infix =
  (operator: string) =>
  ([a, b]: readonly string[]) =>
    `(${a} ${operator} ${b})`;

const DAY = 86_400_000_000;

/** A local time is tried with the offsets of a day before and a day after: in a gap neither gives it back, in an overlap both do. */
function fromLocal(timestamp: string, zone: string, column: string): string {
  const local = `epoch_us(${timestamp})`;
  const offset = (utc: string) => `(epoch_us(timezone(${text(zone)}, make_timestamptz(${utc}))) - (${utc}))`;
  const [before, after] = [`${local} - ${DAY}`, `${local} + ${DAY}`].map((near) => `(${local} - ${offset(near)})`) as [
    string,
    string,
  ];
  const fits = (utc: string) => `${utc} + ${offset(utc)} = ${local}`;
  const wrong = (what: string) =>
    duckdb.fail(
      "SOURCE_LOCAL_TIME",
      `${text(`${column}: the local time `)} || ${timestamp} || ${text(` ${what} in ${zone}; give the column in UTC, or mend its rows`)}`,
    );
  return `CASE WHEN ${local} IS NULL THEN ${timestamp}
      WHEN ${before} = ${after} THEN make_timestamp(${before})
      WHEN ${fits(before)} AND ${fits(after)} THEN ${wrong("exists twice")}
      WHEN ${fits(before)} THEN make_timestamp(${before})
      WHEN ${fits(after)} THEN make_timestamp(${after})
      ELSE ${wrong("does not exist")} END`;
}

/** A decimal of 38 nines. */
const most = (scale: number) => `${text(`${"9".repeat(38 - scale)}.${"9".repeat(scale)}`)}::DECIMAL(38,${scale})`;

const spread =
  (least: 1 | 2, finish: (variance: string) => string): Dialect["finish"]["variance"] =>
  ([columns]) =>
    `list_transform([${momentsSql(columns)}], lambda m: CASE WHEN m.n >= ${least} THEN ${finish(`m.m2 / (m.n - ${least - 1})`)} END)[1]`;
const asIs = (sql: string) => sql;
const root = (sql: string) => `sqrt(${sql})`;

/** The engine writes years beyond four digits in its own way: such instants and days are given as numbers. */
const plainYear = (value: string) => /^\d{4}-/.test(value);

function literal(type: TypeIR, value: string | null): string {
  if (value === null) return `NULL::${duckdbType(type)}`;
  switch (type.kind) {
    case "bool":
      return value;
    case "string":
      return text(value);
    case "int32":
    case "int64":
    case "duration":
      // A sign binds less than a cast, and the least integer without its sign is out of range.
      return `${value.startsWith("-") ? `(${value})` : value}::${duckdbType(type)}`;
    case "bytes":
      return `from_base64(${text(value)})`;
    case "date":
      return plainYear(value) ? `DATE ${text(value)}` : `(DATE '1970-01-01' + (${parseDays(value)}))`;
    case "timestamp":
      return plainYear(value)
        ? `TIMESTAMP ${text(value.replace("T", " ").replace("Z", ""))}`
        : `make_timestamp(${instant(value)})`;
    case "list": {
      const items = (JSON.parse(value) as unknown[]).map((item) =>
        literal(type.element, item === null || typeof item === "string" ? item : JSON.stringify(item)),
      );
      return `[${items.join(", ")}]::${duckdbType(type)}`;
    }
    default:
      return `${text(value)}::${duckdbType(type)}`;
  }
}

/** DuckDB 1.5. */
export const duckdb: Dialect = {
  name: "duckdb",
  ident,
  text,
  type: duckdbType,
  carry,
  emit,
  literal,
  ops: {
    plus: arithmetic("+"),
    minus: arithmetic("-"),
    times: arithmetic("*"),
    negate: arithmetic("-"),
    div: ([a, b]) => `(${a}::DOUBLE / ${b}::DOUBLE)`,
    idiv: ([a, b]) => `(${a}::BIGINT // nullif(${b}::BIGINT, 0))`,
    eq: compared("="),
    ne: compared("<>"),
    lt: ordered("<"),
    le: ordered("<="),
    gt: ordered(">"),
    ge: ordered(">="),
    and: infix("AND"),
    or: infix("OR"),
    not: ([a]) => `(NOT ${a})`,
    isNull: ([a]) => `(${a} IS NULL)`,
    coalesce: (args) => `coalesce(${args.join(", ")})`,
    iff: ([condition, a, b], _types, result) => {
      // The engine has no CASE of arrays.
      const list = result.kind === "vector" ? "::FLOAT[]" : "";
      const chosen = `(CASE WHEN ${condition} THEN ${a}${list} WHEN NOT ${condition} THEN ${b}${list} END)`;
      return list ? `${chosen}::${duckdbType(result)}` : chosen;
    },
    abs: ([a], [type], result) =>
      type?.kind === result.kind && type.kind !== "decimal" ? `abs(${a})` : `abs(${a}::${duckdbType(result)})`,
    isIn,
    hour: ([at]) => `hour(${at})::INTEGER`,
    weekday: ([at]) => `isodow(${at})::INTEGER`,
    toFloat64: ([a]) => `${a}::DOUBLE`,
    toDuration: ([amount, unit], [type]) =>
      isFloat(type ?? null) || type?.kind === "decimal"
        ? `floor(${amount}::DOUBLE * ${unit})::BIGINT`
        : `(${amount}::BIGINT * ${unit})`,
    instantPlus: ([at, by]) => `(${at} + to_microseconds(${by}))`,
    midnight: ([day]) => `${day}::TIMESTAMP`,
    // The engine's own difference wraps the least duration.
    instantMinus: ([at, by]) => `(${at} + to_microseconds(-${by}))`,
  },
  micros: (timestamp) => `epoch_us(${timestamp})`,
  timestamp: (micros) => `make_timestamp(${micros})`,
  fromLocal,
  exact: (physical, sql) => {
    if (physical === "TIMESTAMP WITH TIME ZONE") return `timezone('UTC', ${sql})`;
    if (physical !== "TIMESTAMP_NS") return null;
    const floored = duckdb.timestamp(duckdb.floorDiv(`epoch_ns(${sql})`, 1_000));
    return `CASE WHEN isfinite(${sql}) THEN ${floored} ELSE ${sql}::TIMESTAMP END`;
  },
  floorTo: (x, step) => `(${x} - (((${x}) % ${step}) + ${step}) % ${step})`,
  floorDiv: (x, step) => `((${x} - (((${x}) % ${step}) + ${step}) % ${step}) // ${step})`,
  // A sort gives back its own keys for columns that it sorts by, and has one zero only: so the float goes in as a key.
  orderTerms: (type, sql) =>
    isFloat(type)
      ? [`create_sort_key(${sql}, 'ASC NULLS FIRST')`, `NOT signbit(${sql})`]
      : [isNested(type) ? nestedKey(type, sql) : sql],
  byteOrderTerms,
  hash: (values) => `hash(${values.join(", ")})`,
  parquet: (path, folders = []) => {
    if (folders.length === 0) return `read_parquet(${text(path)})`;
    const types = folders.map(({ name, type }) => `${text(name)}: ${text(duckdbType(type))}`);
    return `read_parquet(${text(path)}, hive_partitioning = true, hive_types = {${types.join(", ")}})`;
  },
  roughQuantile: (sql, p) => `approx_quantile(${sql}, ${p})`,
  integers: (spans) => {
    const ranges = spans.map(([from, to]) => (from === to ? `[${from}]` : `range(${from}, ${to} + 1)`));
    return ranges.length === 1 ? `unnest(${ranges[0]})` : `unnest(list_distinct(flatten([${ranges.join(", ")}])))`;
  },
  list: (fields, orderBy) => `list({${fields.map(([n, s]) => `${text(n)}: ${s}`).join(", ")}} ORDER BY ${orderBy})`,
  atMax: (sql, rank) => `arg_max_null(${sql}, ${rank})`,
  fail: (code, message) => `error(${text(`${code}: `)} || ${message})`,
  partials,
  direct: {
    mean: (x, { argument }) =>
      isFloat(argument) ? `avg(${x}${argument?.kind === "float32" ? "::DOUBLE" : ""})` : null,
  },
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

function byteOrderTerms({ kind }: TypeIR, sql: string): readonly string[] {
  switch (kind) {
    case "int32":
      return [bytesReversed(sql, 4)];
    case "int64":
      return [bytesReversed(sql, 8)];
    case "timestamp":
      return [bytesReversed(`epoch_us(${sql})`, 8)];
    case "string":
      return [`strlen(${sql})`, sql];
    default:
      return [sql];
  }
}

const bytesReversed = (integer: string, bytes: number): string =>
  Array.from({ length: bytes }, (_, i) => `((${integer} >> ${8 * i}) & 255)::UBIGINT << ${8 * (bytes - 1 - i)}`)
    .map((byte) => `(${byte})`)
    .join(" | ");
