import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from "../../src/graphql.js";
import type { Random } from "./random.js";

/** Values that some scalar takes, and that others must refuse. */
const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1.5,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    -(2 ** 63),
    "",
    "x",
    "9223372036854775807",
    "-9223372036854775809",
  ],
  ...["NaN", "-0", "Infinity", "1e3", "12.50", "AAEC", "???", "2001-03-01", "2001-02-30", "2001-03-01T12:00:00Z"],
  ...["\u0000", "\ud800", "__proto__", [], {}, [[]], [1, "a", null], { __proto__: null }, '{"n":1}', "é".repeat(300)],
];

const HARD_NAMES = ["__proto__", "constructor", "b"];

export interface FuzzRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A document after the schema, mostly valid, with variables that mostly fit; now and then its text is damaged. */
export function randomRequest(schema: GraphQLSchema, random: Random): FuzzRequest {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const query = schema.getQueryType() as GraphQLObjectType;
  const services = Object.keys(query.getFields()).filter((name) => !name.startsWith("_"));
  const argument = ({ name: argName, type }: GraphQLArgument): string => {
    // Nearly every name made up at random is one of no service.
    const value = argName === "name" && !random.once(6) ? random.of(services) : randomValue(type, random);
    if (random.once(3)) {
      const name = random.once(30) ? "__proto__" : `v${declared.length}`;
      declared.push(`$${name}: ${random.once(100) ? "Int" : type}`);
      if (!random.once(40)) variables[name] = value;
      return `$${name}`;
    }
    return literal(value);
  };
  const selection = (type: GraphQLObjectType, depth: number): string => {
    const fields = Object.values(type.getFields());
    // What holds other things is asked for more often, and services most: else nearly no value would be read.
    const holding = fields.filter((field) => isObjectType(getNamedType(field.type)));
    const often = depth === 0 ? holding.filter((field) => services.includes(field.name)) : holding;
    const pool = [...fields, ...often, ...often, ...often];
    const chosen = Array.from({ length: 1 + random.below(depth === 0 ? 2 : 3) }, () => random.of(pool)).map(
      (field, i) => {
        const inner = getNamedType(field.type);
        // Two fields of one name with other arguments are refused.
        const apart = i > 0 && field.args.length > 0 && !random.once(10);
        const alias =
          apart || random.once(4)
            ? `${random.once(8) ? random.of(HARD_NAMES) : `a${apart ? i : ""}_${field.name}`}: `
            : "";
        const args = field.args.filter((arg) => isNonNullType(arg.type) || random.once(3));
        const given = args.length > 0 ? `(${args.map((arg) => `${arg.name}: ${argument(arg)}`).join(", ")})` : "";
        const directive = random.once(12)
          ? ` @${random.of(["skip", "include"])}(if: ${random.once(60) ? "3" : random.of(["true", "false"])})`
          : "";
        const within = isObjectType(inner) && !(depth > 6 && random.once(2)) ? ` ${selection(inner, depth + 1)}` : "";
        return `${alias}${random.once(400) ? "nothing" : field.name}${given}${directive}${within}`;
      },
    );
    if (random.once(8)) chosen.push("__typename");
    if (depth < 4 && random.once(12))
      chosen.push(`... on ${random.once(20) ? "Query" : type.name} ${selection(type, depth + 1)}`);
    if (random.once(type === query ? 20 : 400)) chosen.push("...F");
    return `{ ${chosen.join(" ")} }`;
  };
  const body = selection(query, 0);
  const head = declared.length > 0 ? `query${random.once(2) ? " Q" : ""}(${declared.join(", ")}) ` : "";
  const fragment = body.includes("...F") ? ` fragment F on Query { __typename ${random.once(3) ? "...F" : ""} }` : "";
  const text = head + body + fragment;
  return { query: random.once(8) ? damaged(text, random) : text, variables };
}

function randomValue(type: GraphQLInputType, random: Random): unknown {
  if (random.once(200)) return random.of(VALUES);
  if (isNonNullType(type)) return randomValue(type.ofType, random);
  if (isListType(type)) return Array.from({ length: random.below(4) }, () => randomValue(type.ofType, random));
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(() => !random.once(6));
    return Object.fromEntries(fields.map((field) => [field.name, randomValue(field.type, random)]));
  }
  return random.of(FITTING[type.name] ?? VALUES);
}

const FITTING: Readonly<Record<string, readonly unknown[]>> = {
  Int64: ["1", "-9223372036854775808", 5],
  Int: [0, -2147483648],
  Float64: [1.5, "NaN", "-0"],
  Decimal: ["12.50", "0"],
  String: ["", "x", "é"],
  Boolean: [true, false],
  Bytes: ["AAEC", ""],
  Date: ["2001-03-01"],
  Timestamp: ["2001-03-01T12:00:00.000001Z", "2001-03-01"],
  Vector: [[1, 2, 3]],
  Json: ['{"n":1}', "null"],
};

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([name, v]) => `${name}: ${literal(v)}`)
      .join(", ")}}`;
  }
  return JSON.stringify(value);
}

/** Some of its characters gone, doubled or replaced. */
function damaged(text: string, random: Random): string {
  let out = text;
  for (let i = 1 + random.below(3); i > 0; i--) {
    const at = random.below(out.length);
    const sign = random.of(["", "{", "}", "(", '"', "\\", "$", "@", "...", "\u0000", "\ud800", "#", "!", "🙂", out]);
    out = out.slice(0, at) + sign + out.slice(at + random.below(3));
  }
  return out;
}
