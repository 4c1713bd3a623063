import { type Duration, durationMicros } from "./duration.js";
import { LockstepError } from "./errors.js";
import { literalText } from "./expr-literal.js";
import { instant } from "./instant.js";
import type { ExprIR, Op, TypeIR } from "./ir.js";
import { opResult } from "./ops.js";
import {
  type AnyType,
  type Bool,
  type Decimal,
  type DurationType,
  type Float64,
  type Int32,
  type Int64,
  type JsInput,
  type Timestamp,
  typeName,
} from "./types.js";
import { tryFromWire, type Value } from "./wire.js";

/** What the editor shows where an expression has the wrong type: a sentence instead of a type. */
export interface Mistake<Sentence extends string> {
  readonly "~mistake": Sentence;
}

type NumericKind = "bool" | "int32" | "int64" | "float32" | "float64" | "decimal";
type NumberKind = Exclude<NumericKind, "bool">;
type FloatKind = "float32" | "float64";

/** An expression over one row of a source. Null in, null out, except `isNull`, `coalesce`, `and`, `or`. */
export type Expr<T extends AnyType = AnyType> = Common<T> &
  (T["kind"] extends NumberKind ? NumberMethods<T> : unknown) &
  (T["kind"] extends "bool" ? BoolMethods : unknown) &
  (T["kind"] extends "timestamp" ? InstantMethods<T> : unknown) &
  (T["kind"] extends "date" ? DateMethods : unknown);

interface Common<T extends AnyType> {
  readonly ir: ExprIR;
  readonly "~type"?: T;
  /** True where equal. NaN equals NaN, -0 equals +0. */
  eq(other: Operand<T>): Expr<Bool>;
  ne(other: Operand<T>): Expr<Bool>;
  lt(other: Operand<T>): Expr<Bool>;
  le(other: Operand<T>): Expr<Bool>;
  gt(other: Operand<T>): Expr<Bool>;
  ge(other: Operand<T>): Expr<Bool>;
  /** True where equal to any of these, of which none may be null. */
  isIn(values: readonly Operand<T>[]): Expr<Bool>;
  isNull(): Expr<Bool>;
  /** The first that is not null. */
  coalesce(other: Replacement<T>): Expr<T>;
}

type Operand<T extends AnyType> =
  | JsInput<T>
  | Expr<T>
  | (T["kind"] extends NumberKind ? number | bigint | { readonly ir: ExprIR; readonly "~type"?: AnyNumber } : never);
type AnyNumber = AnyType & { readonly kind: NumberKind };
/** What replaces null: a value of the very type, so that the type stays what it is. */
type Replacement<T extends AnyType> = JsInput<T> | Expr<T> | (T["kind"] extends NumberKind ? number | bigint : never);
/** Integers give int64, decimals and integers a decimal, and a float makes it float64. */
type Arithmetic<K extends string> = [Extract<K, FloatKind>] extends [never]
  ? "decimal" extends K
    ? Decimal
    : Int64
  : Float64;
type Combined<T extends AnyType, O> = Arithmetic<T["kind"] | (O extends AnyExpr ? TypeOf<O>["kind"] : never)>;

interface NumberMethods<T extends AnyType> {
  /** Integers stay int64; overflow is an error, never a wrapped number. A fraction needs a float or a decimal. */
  plus<O extends Operand<T>>(other: O): Expr<Combined<T, O>>;
  minus<O extends Operand<T>>(other: O): Expr<Combined<T, O>>;
  times<O extends Operand<T>>(other: O): Expr<Combined<T, O>>;
  /** float64 division. */
  div(other: Operand<T>): Expr<Float64>;
  /** Whole division, rounded towards zero; null where the divisor is 0. */
  idiv(other: Operand<T>): Expr<Int64>;
  negate(): Expr<Arithmetic<T["kind"]>>;
  abs(): Expr<Arithmetic<T["kind"]>>;
  toFloat64(): Expr<Float64>;
}

interface BoolMethods {
  and(other: Expr<Bool>): Expr<Bool>;
  or(other: Expr<Bool>): Expr<Bool>;
  not(): Expr<Bool>;
}

interface InstantMethods<T extends AnyType> {
  plus(duration: Duration | Expr<DurationType>): Expr<T>;
  minus(duration: Duration | Expr<DurationType>): Expr<T>;
  /** The hour in UTC, 0 to 23. */
  hour(): Expr<Int32>;
  /** The weekday in UTC, 1 (Monday) to 7 (Sunday). */
  weekday(): Expr<Int32>;
}

interface DateMethods {
  /** 00:00 UTC of the day. */
  midnight(): Expr<Timestamp>;
}

export type AnyExpr = { readonly ir: ExprIR; readonly "~type"?: AnyType };
export type TypeOf<E> = E extends { readonly "~type"?: infer T } ? Extract<T, AnyType> : never;

class Node {
  constructor(readonly ir: ExprIR) {
    Object.freeze(this);
  }
  eq = (o: unknown) => binary("eq", this, o);
  ne = (o: unknown) => binary("ne", this, o);
  lt = (o: unknown) => binary("lt", this, o);
  le = (o: unknown) => binary("le", this, o);
  gt = (o: unknown) => binary("gt", this, o);
  ge = (o: unknown) => binary("ge", this, o);
  and = (o: unknown) => binary("and", this, o);
  or = (o: unknown) => binary("or", this, o);
  times = (o: unknown) => binary("times", this, o);
  div = (o: unknown) => binary("div", this, o);
  idiv = (o: unknown) => binary("idiv", this, o);
  coalesce = (o: unknown) => binary("coalesce", this, o);
  isIn = (values: readonly unknown[]) => call("isIn", [this.ir, ...values.map((v) => sought(v, this.ir.type))]);
  plus = (o: unknown) => (this.#isInstant() ? shift("instantPlus", this, o) : binary("plus", this, o));
  minus = (o: unknown) => (this.#isInstant() ? shift("instantMinus", this, o) : binary("minus", this, o));
  not = () => call("not", [this.ir]);
  isNull = () => call("isNull", [this.ir]);
  negate = () => call("negate", [this.ir]);
  abs = () => call("abs", [this.ir]);
  hour = () => call("hour", [this.ir]);
  weekday = () => call("weekday", [this.ir]);
  toFloat64 = () => call("toFloat64", [this.ir]);
  midnight = () => call("midnight", [this.ir]);
  #isInstant = () => this.ir.type.kind === "timestamp";
}

const wrap = <T extends AnyType>(ir: ExprIR): Expr<T> => new Node(ir) as unknown as Expr<T>;
const isExpr = (x: unknown): x is AnyExpr => typeof x === "object" && x !== null && "ir" in x;

function call(op: Op, args: readonly ExprIR[]): Node {
  const type = opResult(
    op,
    args.map((a) => a.type),
  );
  if (typeof type === "string") throw new LockstepError({ code: "EXPRESSION_TYPE", place: op, what: type });
  return new Node({ kind: "call", op, args, type });
}

const binary = (op: Op, left: Node, right: unknown): Node => call(op, [left.ir, operand(op, right, left.ir.type)]);

function shift(op: Op, left: Node, right: unknown): Node {
  const by = isExpr(right) ? right.ir : literal({ kind: "duration" }, BigInt(durationMicros(right as Duration)));
  return call(op, [left.ir, by]);
}

const ARITHMETIC: ReadonlySet<Op> = new Set(["plus", "minus", "times"]);

/** An instant, or a date's midnight, and a duration after it. */
export function later(at: ExprIR, delay: Duration): ExprIR {
  const node = new Node(at);
  return shift("instantPlus", at.type.kind === "date" ? node.midnight() : node, delay).ir;
}

function operand(op: Op, value: unknown, meets: TypeIR): ExprIR {
  if (isExpr(value)) return value.ir;
  if (meets.kind === "timestamp" && typeof value === "string") return literal(meets, instant(value));
  const type = literalType(op, value, meets);
  const parsed = tryFromWire(type, value);
  if (parsed === undefined) {
    throw new LockstepError({
      code: "EXPRESSION_LITERAL",
      what: `${String(value)} cannot be compared or combined with a ${typeName(meets)}`,
      mend:
        isFraction(value) && isInteger(meets) && ARITHMETIC.has(op)
          ? "write .toFloat64() first: integers stay integers"
          : `give a ${typeName(meets)} or an expression of that type`,
    });
  }
  return literal(type, parsed);
}

const isInteger = (type: TypeIR) => type.kind === "int32" || type.kind === "int64";
const isFraction = (value: unknown) => typeof value === "number" && !Number.isInteger(value);

/** A literal takes the type of what it meets, but for what would be lost by that where the result keeps it. */
function literalType(op: Op, value: unknown, meets: TypeIR): TypeIR {
  if (op === "coalesce") return meets;
  if (isInteger(meets)) return isFraction(value) && !ARITHMETIC.has(op) ? { kind: "float64" } : { kind: "int64" };
  return meets.kind === "float32" && ARITHMETIC.has(op) ? { kind: "float64" } : meets;
}

function sought(value: unknown, meets: TypeIR): ExprIR {
  if (value !== null) return operand("eq", value, meets);
  throw new LockstepError({
    code: "EXPRESSION_LITERAL",
    place: "isIn",
    what: "null equals nothing",
    mend: "leave it out, and write x.isIn([...]).or(x.isNull())",
  });
}

/** The literal's text form is its wire form, as text, so that it is exact in JSON. */
const literal = (type: TypeIR, value: Value): ExprIR => ({
  kind: "literal",
  value: value === null ? null : literalText(type, value),
  type,
});
/** A source's column as an expression. */
export const column = <T extends AnyType>(name: string, type: T): Expr<T> =>
  wrap({ kind: "column", name, type: type.ir });

type Numeric<E extends AnyExpr, Who extends string> = TypeOf<E>["kind"] extends NumericKind
  ? unknown
  : Mistake<`${Who} needs a number: this expression is a ${TypeOf<E>["kind"]}`>;

/**
 * One of two values, by a condition; null where the condition is null.
 * @example iff(f.delay.gt(0), f.delay, 0)
 */
export const iff = <E extends AnyExpr>(
  condition: Expr<Bool>,
  then: E,
  otherwise: Replacement<TypeOf<E>>,
): Expr<TypeOf<E>> =>
  call("iff", [condition.ir, then.ir, operand("coalesce", otherwise, then.ir.type)]) as unknown as Expr<TypeOf<E>>;

const units = (micros: bigint, who: string) =>
  ((amount: AnyExpr | number | bigint): unknown => {
    const value = isExpr(amount) ? amount.ir : literal({ kind: "float64" }, Number(amount));
    if (typeof opResult("toDuration", [value.type, { kind: "int64" }]) === "string") {
      throw new LockstepError({ code: "EXPRESSION_TYPE", place: who, what: `${who} needs a number` });
    }
    return call("toDuration", [value, literal({ kind: "int64" }, micros)]);
  }) as <E extends AnyExpr>(amount: (E & Numeric<E, "a duration">) | number | bigint) => Expr<DurationType>;

/** That many seconds, minutes, hours or days as a duration; a fraction is floored to the microsecond. */
export const seconds = units(1_000_000n, "seconds");
export const minutes = units(60_000_000n, "minutes");
export const hours = units(3_600_000_000n, "hours");
export const days = units(86_400_000_000n, "days");

export type { Numeric };
