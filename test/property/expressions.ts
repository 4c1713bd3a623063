import { type ExprIR, type Op, sameType, type TypeIR, toWire, typeName, type Value } from "@lockstep/core";
import fc from "fast-check";
import { opResult } from "../../packages/core/src/ops.js";
import { edgesOf, literalTypes, tableColumns } from "./expression-values.js";

/** Draws one of a list; it shrinks to the first. */
export type Draw = <T>(list: readonly T[]) => T;

const INT64: TypeIR = { kind: "int64" };
const BOOL: TypeIR = { kind: "bool" };
const DURATION: TypeIR = { kind: "duration" };
const TIMESTAMP: TypeIR = { kind: "timestamp" };
const DATE: TypeIR = { kind: "date" };

const types = (is: (type: TypeIR) => boolean): TypeIR[] => tableColumns.map((c) => c.type).filter(is);
const INTEGERS = types(({ kind }) => kind === "int32" || kind === "int64");
const NUMBERS = types(({ kind }) => ["int32", "int64", "float32", "float64", "decimal"].includes(kind));
const ORDERED = types((type) => typeof opResult("eq", [type, type]) !== "string");
const ANY = types(() => true);
const UNITS = [1n, 1_000_000n, 60_000_000n, 3_600_000_000n, 86_400_000_000n];

/** The types that each operator's arguments are drawn from; a list of lists has a place for each. */
const ARGUMENTS: { readonly [K in Op]: (draw: Draw) => readonly TypeIR[] } = {
  plus: (draw) => [draw(NUMBERS), draw(NUMBERS)],
  minus: (draw) => [draw(NUMBERS), draw(NUMBERS)],
  times: (draw) => [draw(NUMBERS), draw(NUMBERS)],
  div: (draw) => [draw(NUMBERS), draw(NUMBERS)],
  idiv: (draw) => [draw(INTEGERS), draw(INTEGERS)],
  negate: (draw) => [draw(NUMBERS)],
  abs: (draw) => [draw(NUMBERS)],
  eq: (draw) => pair(draw),
  ne: (draw) => pair(draw),
  lt: (draw) => pair(draw),
  le: (draw) => pair(draw),
  gt: (draw) => pair(draw),
  ge: (draw) => pair(draw),
  isIn: (draw) => [...pair(draw), ...(draw([true, false]) ? pair(draw) : [])],
  and: () => [BOOL, BOOL],
  or: () => [BOOL, BOOL],
  not: () => [BOOL],
  isNull: (draw) => [draw(ANY)],
  coalesce: (draw) => twice(draw(ANY)),
  iff: (draw) => [BOOL, ...twice(draw(ANY))],
  toFloat64: (draw) => [draw(NUMBERS)],
  toDuration: (draw) => [draw(NUMBERS), INT64],
  instantPlus: () => [TIMESTAMP, DURATION],
  instantMinus: () => [TIMESTAMP, DURATION],
  midnight: () => [DATE],
  hour: () => [TIMESTAMP],
  weekday: () => [TIMESTAMP],
};
const OPS = Object.keys(ARGUMENTS) as Op[];
const twice = (type: TypeIR) => [type, type];
/** Two that can be compared: numbers of any types, or one type. */
const pair = (draw: Draw) => (draw([true, false]) ? [draw(NUMBERS), draw(NUMBERS)] : twice(draw(ORDERED)));

/** Operators whose result may have a type, tried out once for all that their arguments may be. */
const yielding = (type: TypeIR): Op[] =>
  OPS.filter((op) => {
    if (op === "coalesce" || op === "iff") return true;
    if (type.kind === "bool")
      return typeof opResult(op, ARGUMENTS[op](first)) !== "string" && resultKind(op) === "bool";
    return resultKind(op) === type.kind;
  });
const first: Draw = (list) => list[0] as never;
const resultKind = (op: Op): string | null => {
  const type = opResult(op, ARGUMENTS[op](first));
  return typeof type === "string" || ["plus", "minus", "times", "negate", "abs"].includes(op) ? null : type.kind;
};
const ARITHMETIC: readonly Op[] = ["plus", "minus", "times", "negate", "abs"];

/** An expression of any type with some operators inside one another. */
export function drawExpression(draw: Draw, depth: number): ExprIR {
  const op = draw(OPS);
  for (;;) {
    const args = ARGUMENTS[op](draw);
    const type = opResult(op, args);
    // A product of too many digits, or lists of types that do not meet: drawn again.
    if (typeof type === "string") continue;
    return { kind: "call", op, args: args.map((arg, i) => argument(draw, op, i, arg, depth - 1)), type };
  }
}

function argument(draw: Draw, op: Op, index: number, type: TypeIR, depth: number): ExprIR {
  if (op === "toDuration" && index === 1) return literal(INT64, draw(UNITS));
  return drawTyped(draw, type, depth);
}

/** An expression of a type: a column, a literal, or an operator that yields the type. */
function drawTyped(draw: Draw, type: TypeIR, depth: number): ExprIR {
  const columns = tableColumns.filter((c) => sameType(c.type, type));
  const leaf = draw(["column", "column", "literal", "call"]);
  const calls = depth > 0 ? [...yielding(type), ...arithmeticOf(type)] : [];
  if (leaf === "call" && calls.length > 0) {
    const op = draw(calls);
    for (let tries = 0; tries < 20; tries++) {
      const args = op === "coalesce" ? twice(type) : op === "iff" ? [BOOL, ...twice(type)] : ARGUMENTS[op](draw);
      const result = opResult(op, args);
      if (typeof result === "string" || !sameType(result, type)) continue;
      return { kind: "call", op, args: args.map((arg, i) => argument(draw, op, i, arg, depth - 1)), type };
    }
  }
  if (columns.length > 0 && leaf !== "literal") return { kind: "column", name: draw(columns).name, type };
  if (literalTypes.includes(type.kind)) return literal(type, draw(edgesOf(type)));
  return { kind: "column", name: draw(columns).name, type };
}

const arithmeticOf = (type: TypeIR): readonly Op[] =>
  ["int64", "float64", "decimal"].includes(type.kind) ? ARITHMETIC : [];

/** A literal's text as the declarations make it. */
export function literal(type: TypeIR, value: Value): ExprIR {
  const wire = toWire(type, value);
  return {
    kind: "literal",
    type,
    value: value === null ? null : typeof wire === "string" ? wire : JSON.stringify(wire),
  };
}

export const expressions: fc.Arbitrary<ExprIR> = fc
  .gen()
  .map((g) => drawExpression((list) => list[g(fc.nat, list.length - 1)] as never, 3));

export const shownExpression = (expr: ExprIR): string =>
  expr.kind === "column"
    ? expr.name
    : expr.kind === "literal"
      ? `${expr.value}:${typeName(expr.type)}`
      : `${expr.op}(${expr.args.map(shownExpression).join(", ")})`;
