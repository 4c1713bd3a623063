import { fromWire, LockstepError, type TypeIR, toWire, type Value } from "@lockstep/core";
import { GraphQLError, Kind, type ValueNode } from "./graphql.js";
import { asGraphql } from "./graphql-error.js";

export const SCALAR_NAMES = ["Int64", "Float64", "Decimal", "Bytes", "Date", "Timestamp", "Vector", "Json"] as const;
export type ScalarName = (typeof SCALAR_NAMES)[number];

interface ScalarRow {
  readonly description: string;
  /** The type whose wire form the scalar is; what GraphQL doesn't know of it is taken from the value. */
  readonly type: (value: unknown) => TypeIR;
  /** May be written as a number in a query's text, where no digit is lost. */
  readonly numeric: boolean;
}

const fixed = (kind: "int64" | "float64" | "bytes" | "date" | "timestamp" | "json") => (): TypeIR => ({ kind });

/** A new scalar is a new row here. */
const ROWS: { readonly [N in ScalarName]: ScalarRow } = {
  Int64: {
    description: "A 64-bit integer, as text: JSON numbers round beyond 2^53. Numbers are accepted up to there.",
    type: fixed("int64"),
    numeric: true,
  },
  Float64: {
    description: 'A 64-bit float: a number, or one of "NaN", "Infinity", "-Infinity" and "-0".',
    type: fixed("float64"),
    numeric: true,
  },
  Decimal: {
    description: 'An exact decimal number, as text: "12.50".',
    type: (value) => ({ kind: "decimal", precision: 38, scale: digitsAfterPoint(value) }),
    numeric: true,
  },
  Bytes: { description: "Bytes, as base64 text.", type: fixed("bytes"), numeric: false },
  Date: { description: 'A day: "2001-03-01".', type: fixed("date"), numeric: false },
  Timestamp: {
    description: 'An instant in UTC with microseconds: "2001-03-01T12:00:00.000000Z".',
    type: fixed("timestamp"),
    numeric: false,
  },
  Vector: {
    description: "A list of 32-bit floats: an embedding.",
    type: (value) => ({ kind: "vector", size: Array.isArray(value) ? value.length : 0 }),
    numeric: true,
  },
  Json: { description: "JSON, as text.", type: fixed("json"), numeric: false },
};

/** What GraphQL runs for a scalar: values out, and values in from variables or from a query's text. */
export function scalarConfig(name: ScalarName) {
  const { description, type, numeric } = ROWS[name];
  const parse = (wire: unknown): Value =>
    asGraphql(() => {
      if (name === "Decimal") refuseRounded(wire);
      return fromWire(type(wire), wire, name);
    });
  return {
    description,
    serialize: (value: unknown) => toWire(type(value), value as Value),
    parseValue: parse,
    parseLiteral: (ast: ValueNode) => parse(literal(name, numeric, ast)),
  };
}

function digitsAfterPoint(value: unknown): number {
  const text = String(value);
  const point = text.indexOf(".");
  return point < 0 ? 0 : Math.min(38, text.length - point - 1);
}

function refuseRounded(wire: unknown): void {
  if (typeof wire !== "number" || Number.isSafeInteger(wire)) return;
  throw new LockstepError({
    code: "VALUE_INVALID",
    place: "Decimal",
    what: `${wire} came as a JSON number, which may have been rounded on its way`,
    mend: `give it as text: "${wire}"`,
  });
}

/** Numbers keep their text, so that no digit is lost. */
function literal(name: string, numeric: boolean, ast: ValueNode): unknown {
  if (ast.kind === Kind.STRING) return ast.value;
  if (numeric && (ast.kind === Kind.INT || ast.kind === Kind.FLOAT)) return ast.value;
  if (name === "Vector" && ast.kind === Kind.LIST) return ast.values.map((item) => literal(name, numeric, item));
  throw new GraphQLError(`${name} can't be written like this in a query`, {
    nodes: ast,
    extensions: { code: "VALUE_INVALID", place: name, mend: "write it as text, or give it as a variable" },
  });
}
