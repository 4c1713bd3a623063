import { decimalFraction, duckdbType, type PartialOf, type TypeIR } from "@lockstep/core";
import type { Dialect, Over, PartialSql } from "./dialect.js";
import { emit } from "./duckdb-carry.js";
import { isNested, nestedKey } from "./duckdb-nested.js";

export const isFloat = (type: TypeIR | null): boolean => type?.kind === "float32" || type?.kind === "float64";

const when = (filter: string | null) => (filter === null ? "" : ` FILTER (${filter})`);
const tail = ({ filter, window }: Over) => `${when(filter)}${window === null ? "" : ` ${window}`}`;
const both = (a: string | null, b: string) => (a === null ? b : `${a} AND ${b}`);

/** Zeros compare equal in the engine, yet -0 comes before +0: the sign of a zero is kept beside the extreme. */
const extreme = (fn: "min" | "max"): PartialSql => {
  const zero = fn === "min" ? "signbit" : "NOT signbit";
  const extremeOf = (x: string | undefined, type: TypeIR | null) =>
    type?.kind === "list" ? `arg_${fn}(${x}, ${nestedKey(type, emit(type, x ?? ""))})` : `${fn}(${x})`;
  return {
    columns: 2,
    collect: ({ argument: x }, of, filter) => [
      `${extremeOf(x, of.argument)}${when(filter)}`,
      isFloat(of.argument) ? `coalesce(bool_or(${x} = 0 AND ${zero}(${x}))${when(filter)}, false)` : "false",
    ],
    merge: ([value, zeros], of, over) => [
      `${extremeOf(value, of.argument)}${tail(over)}`,
      isFloat(of.argument) ? `coalesce(bool_or(${zeros} AND ${value} = 0)${tail(over)}, false)` : "false",
    ],
    store: ([value = "", zeros], { argument }) => {
      if (argument === null || !isFloat(argument)) return [value];
      const [met, other] = fn === "min" ? ["'-0.0'", "'0.0'"] : ["'0.0'", "'-0.0'"];
      return [
        `CASE WHEN ${value} = 0 THEN (CASE WHEN ${zeros} THEN ${met} ELSE ${other} END)::${duckdbType(argument)} ELSE ${value} END`,
      ];
    },
  };
};

/** The value on the row of the least or the greatest rank, that rank, and the row's event time. */
const oneEvent = (fn: "min" | "max"): PartialSql => ({
  columns: 3,
  collect: ({ argument: x, rank, at }, _of, filter) => [
    `arg_${fn}_null(${x}, ${rank})${when(filter)}`,
    `${fn}(${rank})${when(filter)}`,
    `${fn}(${at})${when(filter)}`,
  ],
  merge: ([value, rank, at], _of, over) => {
    const known = { ...over, filter: both(over.filter, `${rank} IS NOT NULL`) };
    return [
      `arg_${fn}_null(${value}, ${rank})${tail(known)}`,
      `${fn}(${rank})${tail(over)}`,
      `${fn}(${at})${tail(over)}`,
    ];
  },
  store: ([value = "", , at = ""]) => [value, at],
});

/** States that are lists are merged into one list. No values: null. */
const appended: PartialSql["merge"] = ([list], _of, { filter }) => [
  `flatten(list(${list}) FILTER (${both(filter, `${list} IS NOT NULL`)}))`,
];

/** A list of the outermost `n` events as structs of rank and value; after a merge there may be more, in no order. */
const someEvents = (order: "ASC" | "DESC"): PartialSql => ({
  columns: 1,
  wide: true,
  collect: ({ argument: x, rank }, { n }, filter) => [
    `(list({'r': ${rank}, 'v': ${x}} ORDER BY ${rank} ${order})${when(filter)})[1:${n}]`,
  ],
  merge: appended,
  // Not list_sort, which gives back its keys, in which -0 is +0.
  store: ([list = ""], { n }) => [
    `list_transform(list_select(${list}, list_grade_up(list_transform(${list}, lambda e: e.r), '${order}')[1:${n}]), lambda e: e.v)`,
  ],
});

/** A value as the engine tells it from others: of two zeros any would stay, and within nested values they are bits. */
const comparable = (x: string, type: TypeIR | null): string => {
  if (isFloat(type)) return `${x} + 0.0`;
  return type !== null && isNested(type) ? emit(type, x) : x;
};

export const partials: Dialect["partials"] = {
  count: {
    columns: 1,
    collect: ({ argument: x }, of, filter) => [`count(${of.argument === null ? "*" : x})${when(filter)}`],
    merge: ([n], _of, over) => [`coalesce(sum(${n})${tail(over)}, 0)::BIGINT`],
    store: ([n = ""]) => [n],
  },
  sum: {
    columns: 1,
    collect: ({ argument: x }, of, filter) => {
      const kind = of.argument?.kind;
      const widened = kind === "bool" ? `${x}::INTEGER` : kind === "float32" ? `${x}::DOUBLE` : x;
      return [`sum(${widened})${when(filter)}`];
    },
    merge: ([sum], _of, over) => [`sum(${sum})${tail(over)}`],
    store: ([sum = ""]) => [sum],
  },
  /** A list of moments: one from rows, several after a merge. */
  moments: {
    columns: 1,
    wide: true,
    collect: ({ argument }, of, filter) => {
      const x = of.argument?.kind === "bool" ? `${argument}::INTEGER::DOUBLE` : `${argument}::DOUBLE`;
      const n = `count(${argument})${when(filter)}`;
      // The engine's variance fails where a square does not fit.
      const small = `var_pop(${x}) FILTER (${both(filter, `abs(${x}) <= 1e150`)})`;
      const m2 = `CASE WHEN NOT bool_and(isfinite(${x}))${when(filter)} THEN 'nan'::DOUBLE WHEN max(abs(${x}))${when(filter)} > 1e150 THEN 'inf'::DOUBLE ELSE ${small} * ${n} END`;
      return [`CASE WHEN ${n} > 0 THEN [{'n': ${n}, 'mean': avg(${x})${when(filter)}, 'm2': ${m2}}] END`];
    },
    merge: appended,
    store: (columns) => {
      const moments = momentsSql(columns);
      return ["n", "mean", "m2"].map((part) => `(${moments}).${part}`);
    },
  },
  min: extreme("min"),
  max: extreme("max"),
  first: oneEvent("min"),
  last: oneEvent("max"),
  firstN: someEvents("ASC"),
  lastN: someEvents("DESC"),
  /** A list in which a value may stand several times after a merge. */
  distinct: {
    columns: 1,
    wide: true,
    collect: ({ argument: x }, of, filter) => [
      `list(DISTINCT ${comparable(x, of.argument)}) FILTER (${both(filter, `${x} IS NOT NULL`)})`,
    ],
    merge: appended,
    store: ([list = ""]) => [`list_sort(list_distinct(${list}))`],
  },
  /** A list of all values. */
  values: {
    columns: 1,
    wide: true,
    collect: ({ argument: x }, _of, filter) => [`list(${x}) FILTER (${both(filter, `${x} IS NOT NULL`)})`],
    merge: appended,
    store: ([list = ""], { argument }) => {
      // The engine's histogram of floats takes NaN and both zeros for one.
      const text = isFloat(argument);
      const counts = `list_aggregate(${text ? `list_transform(${list}, lambda v: v::VARCHAR)` : list}, 'histogram')`;
      return [`map_keys(${counts})${text ? "::DOUBLE[]" : ""}`, `map_values(${counts})::BIGINT[]`];
    },
  },
};

export const stored = (fn: keyof typeof partials, columns: readonly string[] | undefined, of: PartialOf): string =>
  partials[fn].store(columns ?? [], of)[0] ?? "NULL";

/** One struct of a list of moments: Chan's merge, as core's moments.ts has it. */
export const momentsSql = (columns: readonly string[] | undefined): string => {
  const share = "(b.n / (a.n + b.n))";
  const mean = `a.mean + (b.mean - a.mean) * ${share}`;
  const m2 = `a.m2 + b.m2 + (b.mean - a.mean) * (b.mean - a.mean) * (a.n * ${share})`;
  return `list_reduce(${columns?.[0]}, lambda a, b: {'n': a.n + b.n, 'mean': ${mean}, 'm2': ${m2}})`;
};

/** The quantile of a list of values, of which none is null. */
export function quantileSql(list: string, type: TypeIR | null, p: number): string {
  const { numerator, denominator } = decimalFraction(p);
  // A fraction too small for 128 bits is less than one value of any list.
  const rank =
    denominator > 10n ** 37n
      ? "1"
      : `greatest(1, (len(${list})::HUGEINT * ${numerator} + ${denominator - 1n}) // ${denominator})::BIGINT`;
  const value = `list_sort(${list})[${rank}]`;
  if (!isFloat(type)) return value;
  // Zeros sort as one, and in the contract's order -0 comes first.
  const upToMinusZero = `len(list_filter(${list}, lambda v: v < 0 OR (v = 0 AND signbit(v))))`;
  return `CASE WHEN ${value} = 0 THEN (CASE WHEN ${rank} <= ${upToMinusZero} THEN '-0.0' ELSE '0.0' END)::DOUBLE ELSE ${value} END`;
}
