import { AGGREGATES } from "./aggregations.js";
import type { Duration } from "./duration.js";
import { LockstepError } from "./errors.js";
import type { AnyExpr, Expr, Mistake, Numeric, TypeOf } from "./expr.js";
import type { AggregateName, AggregateParams, ExprIR, TypeIR, WindowIR } from "./ir.js";
import { paramProblem } from "./params.js";
import type { AnyType, Bool, Float64, Int64, ListOf } from "./types.js";
import { type WindowOptions, windowIR } from "./window.js";

/** An aggregate over a window: a feature once it has a name in a view. */
export interface WindowFeature<T extends AnyType = AnyType> {
  readonly declares: "window";
  readonly aggregate: AggregateName;
  readonly params?: AggregateParams;
  readonly argument: ExprIR | null;
  readonly where: ExprIR | null;
  readonly ignoreNulls: boolean;
  readonly window: WindowIR;
  readonly type: TypeIR;
  readonly text?: string;
  readonly "~type"?: T;
  /** A description for people: it reaches the catalogue and the GraphQL schema. */
  describe(text: string): WindowFeature<T>;
}

/** An aggregate that still needs its window: `.over("3h")`. */
export interface Aggregate<T extends AnyType = AnyType> {
  /** Only the rows where the predicate is true. */
  where(predicate: Expr<Bool>): Aggregate<T>;
  /** The window's size, back from the instant asked for, or all of the past. */
  over<const S extends string>(
    size: S & WindowSize<S>,
    options?: S extends "lifetime" ? LifetimeOptions : WindowOptions,
  ): WindowFeature<T>;
}

interface LifetimeOptions {
  readonly bounds?: "[)" | "(]";
  readonly offset?: Duration;
}

type WindowSize<S extends string> = S extends Duration | "lifetime"
  ? unknown
  : S extends `${number}${"" | " "}${CalendarUnit}`
    ? Mistake<`'${S}' has no fixed length: write days, such as '30d' or '365d'`>
    : Mistake<`'${S}' is no length of time: write a whole number and a unit, such as '90s', '5m', '3h' or '7d'`>;
type CalendarUnit =
  | "mo"
  | "month"
  | "months"
  | "y"
  | "yr"
  | "year"
  | "years"
  | "q"
  | "quarter"
  | "quarters"
  | "M"
  | "Y";

interface Parts {
  readonly aggregate: AggregateName;
  readonly params?: AggregateParams;
  readonly argument: ExprIR | null;
  readonly where: ExprIR | null;
  readonly ignoreNulls: boolean;
}

function aggregate<T extends AnyType>(parts: Parts): Aggregate<T> {
  const row = AGGREGATES[parts.aggregate];
  const problem = parts.argument ? row.refuses(parts.argument.type) : null;
  if (problem) {
    throw new LockstepError({ code: "AGGREGATE_TYPE", place: parts.aggregate, what: `${parts.aggregate} ${problem}` });
  }
  for (const name of row.params ?? []) {
    const wrong = paramProblem(parts.aggregate, name, parts.params?.[name]);
    if (wrong) throw new LockstepError({ code: "AGGREGATE_PARAM", place: parts.aggregate, ...wrong });
  }
  return Object.freeze({
    where: (predicate: Expr<Bool>) => aggregate<T>({ ...parts, where: predicate.ir }),
    over: (size: string, options?: WindowOptions) =>
      feature<T>({
        ...parts,
        window: windowIR(size as Duration | "lifetime", options),
        type: row.result(parts.argument?.type ?? null),
      }),
  });
}

function feature<T extends AnyType>(
  parts: Parts & { readonly window: WindowIR; readonly type: TypeIR; readonly text?: string },
): WindowFeature<T> {
  return Object.freeze({ declares: "window", ...parts, describe: (text: string) => feature<T>({ ...parts, text }) });
}

type SumType<T extends AnyType> = T["kind"] extends "bool" | "int32" | "int64"
  ? Int64
  : T["kind"] extends "float32" | "float64"
    ? Float64
    : T;
type Ordered<E extends AnyExpr, Who extends string> = TypeOf<E>["kind"] extends "json" | "struct" | "vector"
  ? Mistake<`${Who} needs values that have an order: a ${TypeOf<E>["kind"]} has none`>
  : unknown;

type Scalar<E extends AnyExpr, Who extends string> = TypeOf<E>["kind"] extends "list"
  ? Mistake<`${Who} needs single values: this expression is a list`>
  : Ordered<E, Who>;

/** What firstN and its kind do with nulls. */
export interface NullOptions {
  /** Leave out the events whose value is null; by default they count like any other. */
  readonly ignoreNulls?: boolean;
}

const of = <T extends AnyType>(
  name: AggregateName,
  argument: AnyExpr | undefined,
  { ignoreNulls = false }: NullOptions = {},
  params?: AggregateParams,
) =>
  aggregate<T>({
    aggregate: name,
    ...(params ? { params } : {}),
    argument: argument?.ir ?? null,
    where: null,
    ignoreNulls,
  });

/** The number of rows, or of values that are not null. 0 over no rows. */
export const count = (argument?: AnyExpr): Aggregate<Int64> => of("count", argument);
/** The number of distinct values that are not null, exactly. NaN is one value, and so are -0 and +0. */
export const countDistinct = (argument: AnyExpr): Aggregate<Int64> => of("countDistinct", argument);
/** Exact for integers and decimals. Null over no values. */
export const sum = <E extends AnyExpr>(argument: E & Numeric<E, "sum">): Aggregate<SumType<TypeOf<E>>> =>
  of("sum", argument);
/** The arithmetic mean, float64. A bool counts as 0 or 1, so the mean of a predicate is a share. */
export const mean = <E extends AnyExpr>(argument: E & Numeric<E, "mean">): Aggregate<Float64> => of("mean", argument);
/** The variance of a sample: null over less than two values. */
export const variance = <E extends AnyExpr>(argument: E & Numeric<E, "variance">): Aggregate<Float64> =>
  of("variance", argument);
/** The standard deviation of a sample: null over less than two values. */
export const stddev = <E extends AnyExpr>(argument: E & Numeric<E, "stddev">): Aggregate<Float64> =>
  of("stddev", argument);
/** The variance of all the values: 0 over one. */
export const varPop = <E extends AnyExpr>(argument: E & Numeric<E, "varPop">): Aggregate<Float64> =>
  of("varPop", argument);
/** The standard deviation of all the values: 0 over one. */
export const stddevPop = <E extends AnyExpr>(argument: E & Numeric<E, "stddevPop">): Aggregate<Float64> =>
  of("stddevPop", argument);
/** The least value. */
export const min = <E extends AnyExpr>(argument: E & Ordered<E, "min">): Aggregate<TypeOf<E>> => of("min", argument);
/** The greatest value; NaN is greater than any number. */
export const max = <E extends AnyExpr>(argument: E & Ordered<E, "max">): Aggregate<TypeOf<E>> => of("max", argument);
/** The value of the oldest event in the window, even where it is null, unless `ignoreNulls`. */
export const first = <E extends AnyExpr>(argument: E, options: NullOptions = {}): Aggregate<TypeOf<E>> =>
  of("first", argument, options);
/** The value of the newest event in the window, even where it is null, unless `ignoreNulls`. */
export const last = <E extends AnyExpr>(argument: E, options: NullOptions = {}): Aggregate<TypeOf<E>> =>
  of("last", argument, options);
/** The values of the `n` oldest events, the oldest first; an empty list over none. */
export const firstN = <E extends AnyExpr>(
  argument: E,
  n: number,
  options: NullOptions = {},
): Aggregate<ListOf<TypeOf<E>>> => of("firstN", argument, options, { n });
/** The values of the `n` newest events, the newest first; an empty list over none. */
export const lastN = <E extends AnyExpr>(
  argument: E,
  n: number,
  options: NullOptions = {},
): Aggregate<ListOf<TypeOf<E>>> => of("lastN", argument, options, { n });
/**
 * The smallest value with at least a share of `p` of the values up to it: always one that occurred, never a mean of
 * two. `quantile(x, 0.5)` is the lower median.
 */
export const quantile = <E extends AnyExpr>(argument: E & Scalar<E, "quantile">, p: number): Aggregate<TypeOf<E>> =>
  of("quantile", argument, {}, { p });
