import { decimalText, duckdbType, instant, parseDays, type TypeIR } from "@lockstep/core";
import type { Dialect, Over, PartialSql } from "./dialect.js";
import { bitsType, isNested, nestedKey } from "./duckdb-nested.js";

const ident = (name: string) => `"${name.replaceAll('"', '""')}"`;
const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;
/** The engine's parser ends at a NUL, though its strings may hold one. */
const text = (value: string) =>
  value.includes("\0") ? `(${value.split("\0").map(quoted).join(" || chr(0) || ")})` : quoted(value);

// arg_max, and the ASOF join by way of it, turn a float32 -0, and any -0 inside a nested value, into +0.
const carriedType = (type: TypeIR) => (type.kind === "float32" ? "DOUBLE" : bitsType(type));
const carry = (type: TypeIR, sql: string) => {
  const carried = carriedType(type);
  return carried === null ? sql : `${sql}::${carried}`;
};
const emit = (type: TypeIR, sql: string) => (carriedType(type) === null ? sql : `(${sql})::${duckdbType(type)}`);
const when = (filter: string | null) => (filter === null ? "" : ` FILTER (${filter})`);
const tail = ({ filter, window }: Over) => `${when(filter)}${window === null ? "" : ` ${window}`}`;
const both = (a: string | null, b: string) => (a === null ? b : `${a} AND ${b}`);
const isFloat = (type: TypeIR | null) => type?.kind === "float32" || type?.kind === "float64";
const infix =
  (operator: string) =>
  ([a, b]: readonly string[]) =>
    `(${a} ${operator} ${b})`;

/**
 * Integer arithmetic is done in 64 bits whatever the columns' width, so that only 64-bit overflow is one, and float
 * arithmetic in doubles. A decimal result gets the width that its type says: the engine's own depends on the arguments'.
 */
const arithmetic =
  (operator: string): Dialect["ops"]["plus"] =>
  (args, types, result) => {
    const decimal = result.kind === "decimal";
    const cast = (i: number) => (decimal || types[i]?.kind === result.kind ? "" : `::${duckdbType(result)}`);
    const [a, b] = args.map((arg, i) => `${arg}${cast(i)}`);
    const sql = b === undefined ? `(${operator}${a})` : `(${a} ${operator} ${b})`;
    return decimal ? `${sql}::${duckdbType(result)}` : sql;
  };

/** Zeros compare equal in the engine, yet -0 comes before +0: the sign of a zero is kept beside the extreme. */
const extreme = (fn: "min" | "max"): PartialSql => {
  const zero = fn === "min" ? "signbit" : "NOT signbit";
  const of = (x: string | undefined, type: TypeIR | null) =>
    type?.kind === "list" ? `arg_${fn}(${x}, ${nestedKey(type, emit(type, x ?? ""))})` : `${fn}(${x})`;
  return {
    columns: 2,
    collect: ({ argument: x }, type, filter) => [
      `${of(x, type)}${when(filter)}`,
      isFloat(type) ? `coalesce(bool_or(${x} = 0 AND ${zero}(${x}))${when(filter)}, false)` : "false",
    ],
    merge: ([value, zeros], type, over) => [
      `${of(value, type)}${tail(over)}`,
      isFloat(type) ? `coalesce(bool_or(${zeros} AND ${value} = 0)${tail(over)}, false)` : "false",
    ],
    store: ([value = "", zeros], type) => {
      if (type === null || !isFloat(type)) return [value];
      const [met, other] = fn === "min" ? ["'-0.0'", "'0.0'"] : ["'0.0'", "'-0.0'"];
      return [
        `CASE WHEN ${value} = 0 THEN (CASE WHEN ${zeros} THEN ${met} ELSE ${other} END)::${duckdbType(type)} ELSE ${value} END`,
      ];
    },
  };
};

const partials: Dialect["partials"] = {
  count: {
    columns: 1,
    collect: ({ argument }, type, filter) => [`count(${type === null ? "*" : argument})${when(filter)}`],
    merge: ([n], _type, over) => [`coalesce(sum(${n})${tail(over)}, 0)::BIGINT`],
    store: ([n = ""]) => [n],
  },
  sum: {
    columns: 1,
    collect: ({ argument: x }, type, filter) => {
      const widened = type?.kind === "bool" ? `${x}::INTEGER` : type?.kind === "float32" ? `${x}::DOUBLE` : x;
      return [`sum(${widened})${when(filter)}`];
    },
    merge: ([sum], _type, over) => [`sum(${sum})${tail(over)}`],
    store: ([sum = ""]) => [sum],
  },
  min: extreme("min"),
  max: extreme("max"),
  last: {
    columns: 3,
    collect: ({ argument: x, rank, at }, _type, filter) => [
      `arg_max_null(${x}, ${rank})${when(filter)}`,
      `max(${rank})${when(filter)}`,
      `max(${at})${when(filter)}`,
    ],
    merge: ([value, rank, at], _type, over) => {
      const known = { ...over, filter: both(over.filter, `${rank} IS NOT NULL`) };
      return [`arg_max_null(${value}, ${rank})${tail(known)}`, `max(${rank})${tail(over)}`, `max(${at})${tail(over)}`];
    },
    store: ([value = "", , at = ""]) => [value, at],
  },
};

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

const stored = (fn: keyof typeof partials, columns: readonly string[] | undefined, type: TypeIR | null): string =>
  partials[fn].store(columns ?? [], type)[0] ?? "NULL";

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

/** The engine's decimal sums may pass beyond the 38 digits that their type says. */
const greatestOf = (type: TypeIR) =>
  type.kind === "decimal"
    ? literal(type, decimalText(10n ** BigInt(type.precision) - 1n, type.scale))
    : "9223372036854775807";
const leastOf = (type: TypeIR) => (type.kind === "decimal" ? `-${greatestOf(type)}` : "-9223372036854775808");

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
    coalesce: (args) => `coalesce(${args.join(", ")})`,
    toFloat64: ([a]) => `${a}::DOUBLE`,
    toDuration: ([amount, unit], [type]) =>
      isFloat(type ?? null) || type?.kind === "decimal"
        ? `floor(${amount}::DOUBLE * ${unit})::BIGINT`
        : `(${amount}::BIGINT * ${unit})`,
    instantPlus: ([at, by]) => `(${at} + to_microseconds(${by}))`,
    midnight: ([day]) => `${day}::TIMESTAMP`,
    instantMinus: ([at, by]) => `(${at} - to_microseconds(${by}))`,
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
  hash: (values) => `hash(${values.join(", ")})`,
  parquet: (path) => `read_parquet(${text(path)})`,
  integers: (from, to) => `unnest(range(${from}, ${to} + 1))`,
  list: (fields, orderBy) => `list({${fields.map(([n, s]) => `${text(n)}: ${s}`).join(", ")}} ORDER BY ${orderBy})`,
  atMax: (sql, rank) => `arg_max_null(${sql}, ${rank})`,
  fail: (code, message) => `error(${text(`${code}: `)} || ${message})`,
  partials,
  finish: {
    count: ([n]) => `coalesce(${n?.[0]}, 0)`,
    sum: ([sum], type, where) => {
      const value = stored("sum", sum, type);
      if (isFloat(type)) return value;
      const exact: TypeIR = type?.kind === "decimal" ? { ...type, precision: 38 } : { kind: "int64" };
      const fits = `${value} BETWEEN ${leastOf(exact)} AND ${greatestOf(exact)}`;
      return `CASE WHEN ${value} IS NULL OR ${fits} THEN ${value}::${duckdbType(exact)} ELSE ${duckdb.fail("AGGREGATE_OVERFLOW", where)} END`;
    },
    mean: ([sum, n], type) => `${stored("sum", sum, type)}::DOUBLE / ${n?.[0]}`,
    min: ([state], type) => stored("min", state, type),
    max: ([state], type) => stored("max", state, type),
    last: ([state]) => state?.[0] ?? "NULL",
  },
};
