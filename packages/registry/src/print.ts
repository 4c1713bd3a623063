import {
  type ExprIR,
  type FeatureIR,
  formatDuration,
  type Op,
  type WindowFeatureIR,
  type WindowIR,
} from "@lockstep/core";

/** An expression as people write it: `delay > 15`, `departure + minutes(distance / 6 + 60)`. */
export const printExpr = (expr: ExprIR): string => print(expr).text;

/** A feature: `delay`, `mean(delay) over 3h sawtooth(5m) [)`, `count() where delay > 15 over lifetime [)`. */
export function printFeature(feature: FeatureIR): string {
  if (feature.kind === "row") return printExpr(feature.value);
  const where = feature.where ? ` where ${printExpr(feature.where)}` : "";
  return `${printAggregate(feature)}${where} over ${printWindow(feature.window)}`;
}

/** `mean(delay)`, `count()`, `quantile(delay, 0.95)`, `last(hour, ignoring nulls)`. */
export function printAggregate({ aggregate, argument, params, ignoreNulls }: WindowFeatureIR): string {
  const parts = [
    ...(argument ? [printExpr(argument)] : []),
    ...Object.values(params ?? {}).map(String),
    ...(ignoreNulls ? ["ignoring nulls"] : []),
  ];
  return `${aggregate}(${parts.join(", ")})`;
}

/** `3h sawtooth(5m) [)`, `1d sliding [] offset 1h`, `lifetime [)`. */
export function printWindow(window: WindowIR): string {
  const { size, shape, bounds, offset } = printWindowParts(window);
  return [size, shape, bounds, ...(offset ? [`offset ${offset}`] : [])].filter((part) => part !== "").join(" ");
}

/** What a window consists of; a part that it has not is empty. */
export const printWindowParts = ({ shape, size, hop, bounds, offset }: WindowIR) => ({
  size: shape === "lifetime" ? "lifetime" : formatDuration(size),
  shape: shape === "lifetime" ? "" : hop > 0 ? `${shape}(${formatDuration(hop)})` : shape,
  bounds,
  offset: offset > 0 ? formatDuration(offset) : "",
});

interface Printed {
  readonly text: string;
  /** How tightly its outermost operator binds. */
  readonly binds: number;
}

const ATOM = 9;
const within = (printed: Printed, binds: number): string =>
  printed.binds < binds ? `(${printed.text})` : printed.text;

type Printer = (...args: readonly Printed[]) => Printed;

/** Left-associative: `a - (b - c)` keeps its parentheses, `a - b - c` needs none. */
const infix =
  (symbol: string, binds: number): Printer =>
  (a, b) => ({
    text: `${within(a as Printed, binds)} ${symbol} ${within(b as Printed, binds + 1)}`,
    binds,
  });
const comparison =
  (symbol: string): Printer =>
  (a, b) => ({ text: `${within(a as Printed, 5)} ${symbol} ${within(b as Printed, 5)}`, binds: 4 });
const prefix =
  (symbol: string, binds: number): Printer =>
  (a) => ({ text: `${symbol}${within(a as Printed, binds + 1)}`, binds });
const call =
  (name: string): Printer =>
  (...args) => ({ text: `${name}(${args.map((a) => a.text).join(", ")})`, binds: ATOM });

const PRINTERS: { readonly [K in Op]: Printer } = {
  or: infix("or", 1),
  and: infix("and", 2),
  not: prefix("not ", 3),
  isNull: (a) => ({ text: `${within(a as Printed, 5)} is null`, binds: 4 }),
  eq: comparison("="),
  ne: comparison("!="),
  lt: comparison("<"),
  le: comparison("<="),
  gt: comparison(">"),
  ge: comparison(">="),
  plus: infix("+", 5),
  minus: infix("-", 5),
  instantPlus: infix("+", 5),
  instantMinus: infix("-", 5),
  times: infix("*", 6),
  div: infix("/", 6),
  negate: prefix("-", 7),
  idiv: call("idiv"),
  abs: call("abs"),
  iff: call("iff"),
  hour: call("hour"),
  weekday: call("weekday"),
  isIn: (a, ...others) => ({
    text: `${within(a as Printed, 5)} in (${others.map((o) => o.text).join(", ")})`,
    binds: 4,
  }),
  coalesce: call("coalesce"),
  toFloat64: call("float64"),
  midnight: call("midnight"),
  toDuration: (amount, unit) => call(UNITS[(unit as Printed).text] ?? `${(unit as Printed).text}us`)(amount as Printed),
};

const UNITS: Readonly<Record<string, string>> = {
  "1000000": "seconds",
  "60000000": "minutes",
  "3600000000": "hours",
  "86400000000": "days",
};

function print(expr: ExprIR): Printed {
  if (expr.kind === "call") return PRINTERS[expr.op](...expr.args.map(print));
  if (expr.kind === "column") return { text: expr.name, binds: ATOM };
  const text = printLiteral(expr);
  return { text, binds: text.startsWith("-") ? 7 : ATOM };
}

function printLiteral({ value, type }: Extract<ExprIR, { kind: "literal" }>): string {
  if (value === null) return "null";
  if (type.kind === "string" || type.kind === "json") return JSON.stringify(value);
  if (type.kind === "duration") return formatDuration(Number(value));
  return type.kind === "timestamp" ? value.replace(".000000Z", "Z") : value;
}
