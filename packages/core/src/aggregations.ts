import type { AggregateName, TypeIR } from "./ir.js";
import { type LastState, PARTIALS, type PartialFn, type State } from "./partials.js";
import { typeRow } from "./type-table.js";
import { typeName } from "./types.js";
import { decimalText, type Value } from "./wire.js";

/** An aggregate: what it takes, what it gives, and the mergeable partials it is made of. A new one is a new row. */
export interface AggregateRow {
  /** Whether the argument must be there. */
  readonly argument: "required" | "optional";
  /** What is wrong with the argument, or null. */
  readonly refuses: (argument: TypeIR) => string | null;
  readonly result: (argument: TypeIR | null) => TypeIR;
  readonly partials: readonly PartialFn[];
  /** The value for the partials' states, in their order. Throws a RangeError where an exact result does not fit. */
  readonly finish: (states: readonly State[], argument: TypeIR | null) => Value;
}

const INT64: TypeIR = { kind: "int64" };
const needsNumber = (type: TypeIR) =>
  typeRow(type).numeric ? null : `needs a number or a bool, not a ${typeName(type)}`;
const needsOrder = (type: TypeIR) =>
  typeRow(type).ordered ? null : `needs values that have an order, and a ${typeName(type)} has none`;
const anything = () => null;
const argumentType = (type: TypeIR | null) => type ?? INT64;

function sumType(type: TypeIR | null): TypeIR {
  if (type?.kind === "decimal") return { kind: "decimal", precision: 38, scale: type.scale };
  return type?.kind === "float32" || type?.kind === "float64" ? { kind: "float64" } : INT64;
}

const extreme = (fn: "min" | "max"): AggregateRow => ({
  argument: "required",
  refuses: needsOrder,
  result: argumentType,
  partials: [fn],
  finish: ([state = null]) => state as Value,
});

export const AGGREGATES: { readonly [K in AggregateName]: AggregateRow } = {
  count: {
    argument: "optional",
    refuses: anything,
    result: () => INT64,
    partials: ["count"],
    finish: ([count]) => BigInt(count as number),
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
    result: () => ({ kind: "float64" }),
    partials: ["sum", "count"],
    finish: ([sum = null, count], type) => {
      if (sum === null) return null;
      const scale = type?.kind === "decimal" ? 10 ** type.scale : 1;
      return Number(sum) / scale / (count as number);
    },
  },
  min: extreme("min"),
  max: extreme("max"),
  last: {
    argument: "required",
    refuses: anything,
    result: argumentType,
    partials: ["last"],
    finish: ([state = null]) => (state as LastState | null)?.value ?? null,
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

/** The state over no rows, a partial each. */
export const emptyStates = (aggregate: AggregateName): State[] =>
  AGGREGATES[aggregate].partials.map((fn) => PARTIALS[fn].empty);
