import type { AggregateName, AggregateParams, TypeIR, WindowFeatureIR } from "./ir.js";
import { type Moments, varianceOf } from "./moments.js";
import { compareValues } from "./order.js";
import type { ParamName } from "./params.js";
import { type EventState, PARTIALS, type PartialFn, type State } from "./partials.js";
import { quantileOf, type ValueCounts } from "./quantile.js";
import { typeRow } from "./type-table.js";
import { typeName } from "./types.js";
import { decimalText, type Value } from "./wire.js";

/** An aggregate: what it takes, what it gives, and the mergeable partials it is made of. A new one is a new row. */
export interface AggregateRow {
  /** Whether the argument must be there. */
  readonly argument: "required" | "optional";
  readonly params?: readonly ParamName[];
  /** What is wrong with the argument, or null. */
  readonly refuses: (argument: TypeIR) => string | null;
  readonly result: (argument: TypeIR | null) => TypeIR;
  readonly partials: readonly PartialFn[];
  /** The value for the partials' states, in their order. Throws a RangeError where an exact result does not fit. */
  readonly finish: (states: readonly State[], argument: TypeIR | null, params: AggregateParams) => Value;
}

const INT64: TypeIR = { kind: "int64" };
const FLOAT64: TypeIR = { kind: "float64" };
const needsNumber = (type: TypeIR) =>
  typeRow(type).numeric ? null : `needs a number or a bool, not a ${typeName(type)}`;
const needsOrder = (type: TypeIR) =>
  typeRow(type).ordered ? null : `needs values that have an order, and a ${typeName(type)} has none`;
const needsScalar = (type: TypeIR) => (type.kind === "list" ? "needs single values, not lists" : needsOrder(type));
const anything = () => null;
const argumentType = (type: TypeIR | null) => type ?? INT64;
const listType = (type: TypeIR | null): TypeIR => ({ kind: "list", element: argumentType(type) });

function sumType(type: TypeIR | null): TypeIR {
  if (type?.kind === "decimal") return { kind: "decimal", precision: 38, scale: type.scale };
  return type?.kind === "float32" || type?.kind === "float64" ? FLOAT64 : INT64;
}

const extreme = (fn: "min" | "max"): AggregateRow => ({
  argument: "required",
  refuses: needsOrder,
  result: argumentType,
  partials: [fn],
  finish: ([state = null]) => state as Value,
});

const oneEvent = (fn: "first" | "last"): AggregateRow => ({
  argument: "required",
  refuses: anything,
  result: argumentType,
  partials: [fn],
  finish: ([state = null]) => (state as EventState | null)?.value ?? null,
});

const someEvents = (fn: "firstN" | "lastN"): AggregateRow => ({
  argument: "required",
  params: ["n"],
  refuses: anything,
  result: listType,
  partials: [fn],
  finish: ([state]) => state as readonly Value[],
});

const spread = (of: "sample" | "population", finish: (variance: number) => number): AggregateRow => ({
  argument: "required",
  refuses: needsNumber,
  result: () => FLOAT64,
  partials: ["moments"],
  finish: ([moments]) => {
    const variance = varianceOf(moments as Moments, of);
    return variance === null ? null : finish(variance);
  },
});
const asIs = (x: number) => x;

export const AGGREGATES: { readonly [K in AggregateName]: AggregateRow } = {
  count: {
    argument: "optional",
    refuses: anything,
    result: () => INT64,
    partials: ["count"],
    finish: ([count]) => BigInt(count as number),
  },
  countDistinct: {
    argument: "required",
    refuses: anything,
    result: () => INT64,
    partials: ["distinct"],
    finish: ([values]) => BigInt((values as readonly Value[]).length),
  },
  sum: {
    argument: "required",
    refuses: needsNumber,
    result: sumType,
    partials: ["sum"],
    finish: ([sum = null], type) => finishSum(sum, type),
  },
  mean: {
    argument: "required",
    refuses: needsNumber,
    result: () => FLOAT64,
    partials: ["sum", "count"],
    finish: ([sum = null, count], type) => {
      if (sum === null) return null;
      const scale = type?.kind === "decimal" ? 10 ** type.scale : 1;
      return Number(sum) / scale / (count as number);
    },
  },
  variance: spread("sample", asIs),
  stddev: spread("sample", Math.sqrt),
  varPop: spread("population", asIs),
  stddevPop: spread("population", Math.sqrt),
  min: extreme("min"),
  max: extreme("max"),
  first: oneEvent("first"),
  last: oneEvent("last"),
  firstN: someEvents("firstN"),
  lastN: someEvents("lastN"),
  quantile: {
    argument: "required",
    params: ["p"],
    refuses: needsScalar,
    result: argumentType,
    partials: ["values"],
    finish: ([state], type, { p = 0 }) =>
      quantileOf(state as ValueCounts, p, (a, b) => compareValues(argumentType(type), a, b)),
  },
};

function finishSum(sum: State, type: TypeIR | null): Value {
  if (typeof sum !== "bigint") return sum as Value;
  if (type?.kind === "decimal") {
    if (sum >= 10n ** 38n || sum <= -(10n ** 38n)) throw new RangeError("the sum has more than 38 digits");
    return decimalText(sum, type.scale);
  }
  if (BigInt.asIntN(64, sum) !== sum) throw new RangeError("the sum does not fit 64 bits");
  return sum;
}

type Aggregated = Pick<WindowFeatureIR, "aggregate" | "argument" | "params">;

/** A feature's value from its partials' states, in their order. */
export const finishAggregate = ({ aggregate, argument, params }: Aggregated, states: readonly State[]): Value =>
  AGGREGATES[aggregate].finish(states, argument?.type ?? null, params ?? {});

/** A feature's value over no rows. */
export const emptyValue = (feature: Aggregated): Value =>
  finishAggregate(
    feature,
    AGGREGATES[feature.aggregate].partials.map((fn) => PARTIALS[fn].empty),
  );

/** True where the value depends on which event comes first. */
export const needsOrderOfEvents = ({ aggregate }: Aggregated): boolean =>
  AGGREGATES[aggregate].partials.some((fn) => PARTIALS[fn].ranked);
