import type { Op, TypeIR } from "./ir.js";
import { typeRow } from "./type-table.js";
import { typeName } from "./types.js";

/** An operator's result type for its arguments' types, or a sentence that says what is wrong. */
type Rule = (args: readonly TypeIR[]) => TypeIR | string;

const BOOL: TypeIR = { kind: "bool" };
const INT64: TypeIR = { kind: "int64" };
const INT32: TypeIR = { kind: "int32" };
const FLOAT64: TypeIR = { kind: "float64" };
const isInteger = (t: TypeIR) => t.kind === "int32" || t.kind === "int64";
const isNumber = (t: TypeIR) => typeRow(t).numeric && t.kind !== "bool";

const arithmetic: Rule = (args) => {
  const wrong = args.find((a) => !isNumber(a));
  if (wrong) return `arithmetic needs numbers, not a ${typeName(wrong)}`;
  if (args.every(isInteger)) return INT64;
  const decimal = args.find((a) => a.kind === "decimal");
  if (decimal && args.every((a) => isInteger(a) || typeName(a) === typeName(decimal))) {
    return { kind: "decimal", precision: 38, scale: decimal.kind === "decimal" ? decimal.scale : 0 };
  }
  return FLOAT64;
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
    if (a && b && typeName(a) === typeName(b)) return a;
    return a && b && isNumber(a) && isNumber(b) ? arithmetic([a, b]) : `${who} needs two values of one type`;
  };

const part: Rule = ([at]) => (at?.kind === "timestamp" ? INT32 : "only an instant has an hour and a weekday");

const shift: Rule = ([at, by]) =>
  at?.kind === "timestamp" && by?.kind === "duration" ? at : "an instant moves by a duration: minutes(...), '3h'";

const RULES: { readonly [K in Op]: Rule } = {
  plus: arithmetic,
  minus: arithmetic,
  times: ([a, b]) => {
    const type = arithmetic([a as TypeIR, b as TypeIR]);
    return a?.kind === "decimal" && b?.kind === "decimal" && typeof type !== "string"
      ? { kind: "decimal", precision: 38, scale: a.scale + b.scale }
      : type;
  },
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
  hour: part,
  weekday: part,
};

export const opResult = (op: Op, args: readonly TypeIR[]): TypeIR | string => RULES[op](args);
