import type { Op, TypeIR } from "./ir.js";
import { typeRow } from "./type-table.js";
import { sameType, typeName } from "./types.js";

/** An operator's result type for its arguments' types, or a sentence that says what is wrong. */
type Rule = (args: readonly TypeIR[]) => TypeIR | string;

const BOOL: TypeIR = { kind: "bool" };
const INT64: TypeIR = { kind: "int64" };
const INT32: TypeIR = { kind: "int32" };
const FLOAT64: TypeIR = { kind: "float64" };
const isInteger = (t: TypeIR) => t.kind === "int32" || t.kind === "int64";
const isExact = (t: TypeIR) => isInteger(t) || t.kind === "decimal";
const scaleOf = (t: TypeIR) => (t.kind === "decimal" ? t.scale : 0);
const decimal = (scale: number): TypeIR => ({ kind: "decimal", precision: 38, scale });
const isNumber = (t: TypeIR) => typeRow(t).numeric && t.kind !== "bool";

const arithmetic: Rule = (args) => {
  const wrong = args.find((a) => !isNumber(a));
  if (wrong) return `arithmetic needs numbers, not a ${typeName(wrong)}`;
  if (args.every(isInteger)) return INT64;
  return args.every(isExact) ? decimal(Math.max(...args.map(scaleOf))) : FLOAT64;
};

const product: Rule = (args) => {
  const type = arithmetic(args);
  if (typeof type === "string" || type.kind !== "decimal") return type;
  const scale = args.reduce((digits, a) => digits + scaleOf(a), 0);
  return scale <= 38 ? decimal(scale) : `the product would have ${scale} digits after the point, and 38 is the most`;
};

const comparison: Rule = ([a, b]) => {
  if (!a || !b) return "a comparison needs two values";
  const comparable = (isNumber(a) && isNumber(b)) || (typeName(a) === typeName(b) && typeRow(a).ordered);
  return comparable ? BOOL : `a ${typeName(a)} cannot be compared with a ${typeName(b)}`;
};

const logical: Rule = (args) => {
  const wrong = args.find((a) => a.kind !== "bool");
  return wrong ? `this needs a bool, not a ${typeName(wrong)}` : BOOL;
};

const numberTo =
  (result: TypeIR): Rule =>
  (args) => {
    const wrong = args.find((a) => !isNumber(a));
    return wrong ? `this needs numbers, not a ${typeName(wrong)}` : result;
  };

const either =
  (who: string): Rule =>
  ([a, b]) => {
    if (!a || !b) return `${who} needs two values`;
    return sameType(a, b) ? a : `${who} needs two values of one type, not a ${typeName(a)} and a ${typeName(b)}`;
  };

const part: Rule = ([at]) => (at?.kind === "timestamp" ? INT32 : "only an instant has an hour and a weekday");

const shift: Rule = ([at, by]) =>
  at?.kind === "timestamp" && by?.kind === "duration" ? at : "an instant moves by a duration: minutes(...), '3h'";

const RULES: { readonly [K in Op]: Rule } = {
  plus: arithmetic,
  minus: arithmetic,
  times: product,
  div: numberTo(FLOAT64),
  idiv: (args) => (args.every(isInteger) ? INT64 : "idiv needs two integers: use div for float64 division"),
  negate: arithmetic,
  abs: arithmetic,
  eq: comparison,
  ne: comparison,
  lt: comparison,
  le: comparison,
  gt: comparison,
  ge: comparison,
  isIn: ([a, ...others]) => {
    const results = others.map((b) => comparison([a as TypeIR, b]));
    if (results.length === 0) return "isIn needs at least one value to look for";
    return results.find((r) => typeof r === "string") ?? BOOL;
  },
  and: logical,
  or: logical,
  not: logical,
  isNull: () => BOOL,
  coalesce: either("coalesce"),
  iff: ([condition, a, b]) =>
    condition?.kind === "bool" ? either("iff")([a as TypeIR, b as TypeIR]) : "iff's condition must be a bool",
  toFloat64: numberTo(FLOAT64),
  toDuration: numberTo({ kind: "duration" }),
  instantPlus: shift,
  instantMinus: shift,
  midnight: ([day]) => (day?.kind === "date" ? { kind: "timestamp" } : "only a date has a midnight"),
  hour: part,
  weekday: part,
};

export const opResult = (op: Op, args: readonly TypeIR[]): TypeIR | string => RULES[op](args);
