import { comparing } from "./evaluate-compare.js";
import { absolute, arithmetic, fittingTerm, floatOf, idiv, negated } from "./evaluate-numbers.js";
import { duration, midnight, moved, partOf } from "./evaluate-time.js";
import { literalValue } from "./expr-literal.js";
import { hourOf, weekdayOf } from "./instant.js";
import type { ExprIR, Op } from "./ir.js";
import type { Call } from "./overflow.js";
import type { Value } from "./wire.js";

/** A row's values by the names of the source's columns; one that is not there is null. */
export type RowValues = Readonly<Record<string, Value>>;
export type Evaluate = (row: RowValues) => Value;

/**
 * An expression over a row as a function, made once for many rows. Its values are those of the compiler's SQL, bit for
 * bit. Throws EXPRESSION_OVERFLOW where a result does not fit its type.
 */
export function compileExpr(expr: ExprIR): Evaluate {
  switch (expr.kind) {
    case "column": {
      const { name } = expr;
      return (row) => row[name] ?? null;
    }
    case "literal": {
      const value = literalValue(expr.type, expr.value);
      return () => value;
    }
    case "call":
      return OPERATORS[expr.op](expr)(expr.args.map(compileExpr));
  }
}

/** An operator on the functions of its arguments. */
type Operator = (call: Call) => (args: readonly Evaluate[]) => Evaluate;
/** A function of values that are not null. */
type Plain = (a: never, b: never) => Value;

/** Null in, null out. All arguments are evaluated, so that an overflow shows whatever the others are. */
const strict =
  (make: (call: Call) => Plain): Operator =>
  (call) => {
    const f = make(call) as (a: Value, b?: Value) => Value;
    return ([left, right]) => {
      const a = left as Evaluate;
      if (!right) {
        return (row) => {
          const x = a(row);
          return x === null ? null : f(x);
        };
      }
      return (row) => {
        const [x, y] = [a(row), right(row)];
        return x === null || y === null ? null : f(x, y);
      };
    };
  };

const sum =
  (...by: Parameters<typeof arithmetic>): Operator =>
  (call) => {
    const add = strict(arithmetic(...by))(call);
    return (args) => add(args.map((arg, i) => checked(arg, fittingTerm(call, i))));
  };

const checked = (arg: Evaluate, check: ((value: Value) => void) | null): Evaluate =>
  check === null
    ? arg
    : (row) => {
        const value = arg(row);
        check(value);
        return value;
      };

const comparison = (holds: (order: number) => boolean): Operator =>
  strict((call) => {
    const compare = comparing(call, 1);
    return (a: Value, b: Value) => holds(compare(a, b));
  });

/** Three-valued: `decisive` on either side is the result, whatever the other is. */
const logical =
  (decisive: boolean): Operator =>
  () =>
  ([left, right]) =>
  (row) => {
    const [a, b] = [left?.(row), right?.(row)];
    if (a === decisive || b === decisive) return decisive;
    return a === null || b === null ? null : !decisive;
  };

const isIn: Operator =
  (call) =>
  ([sought, ...others]) => {
    const compares = others.map((_, i) => comparing(call, i + 1));
    return (row) => {
      const a = sought?.(row) ?? null;
      const found = others.map((other, i) => {
        const b = other(row);
        return a === null || b === null ? null : compares[i]?.(a, b) === 0;
      });
      return found.includes(true) ? true : found.includes(null) ? null : false;
    };
  };

const isNull: Operator =
  () =>
  ([a]) =>
  (row) =>
    a?.(row) === null;

/** The second is evaluated only where the first is null. */
const coalesce: Operator =
  () =>
  ([a, b]) =>
  (row) =>
    a?.(row) ?? b?.(row) ?? null;

/** Only the one that is chosen is evaluated. */
const iff: Operator =
  () =>
  ([condition, a, b]) =>
  (row) => {
    const is = condition?.(row) ?? null;
    return (is === null ? null : is ? a?.(row) : b?.(row)) ?? null;
  };

const OPERATORS: { readonly [K in Op]: Operator } = {
  plus: sum(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  minus: sum(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  times: strict(
    arithmetic(
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  ),
  div: strict((call) => {
    const [a, b] = [floatOf(call, 0), floatOf(call, 1)];
    return (x: Value, y: Value) => a(x) / b(y);
  }),
  idiv: strict(idiv),
  negate: strict(negated),
  abs: strict(absolute),
  eq: comparison((order) => order === 0),
  ne: comparison((order) => order !== 0),
  lt: comparison((order) => order < 0),
  le: comparison((order) => order <= 0),
  gt: comparison((order) => order > 0),
  ge: comparison((order) => order >= 0),
  isIn,
  and: logical(false),
  or: logical(true),
  not: strict(() => (a: boolean) => !a),
  isNull,
  coalesce,
  iff,
  toFloat64: strict((call) => floatOf(call, 0)),
  toDuration: strict(duration),
  instantPlus: strict(moved(1n)),
  instantMinus: strict(moved(-1n)),
  midnight: strict(midnight),
  hour: strict(() => partOf(hourOf)),
  weekday: strict(() => partOf(weekdayOf)),
};
