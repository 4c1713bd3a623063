import { type Coerce, coercer, REFUSED } from "./coerce-input.js";
import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type ValueNode,
  valueFromAST,
  visit,
} from "./graphql.js";
import type { ServiceField, Variables } from "./query-plan.js";

interface VariablePlan {
  readonly name: string;
  readonly coerce: Coerce;
  readonly needed: boolean;
  /** What its default is; undefined: it has none. */
  readonly fallback: unknown;
}

/** What graphql-js's getVariableValues does, compiled for an operation. */
export function planVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): (given: Variables) => Variables | null {
  const plans = variableDefinitions.map((node): VariablePlan => {
    const type = typeFromAST(schema, node.type as never);
    if (!isInputType(type)) throw new Error("validation lets no such variable pass");
    return {
      name: node.variable.name.value,
      coerce: coercer(type),
      needed: isNonNullType(type),
      fallback: node.defaultValue ? valueFromAST(node.defaultValue, type) : undefined,
    };
  });
  return (given) => {
    const values: Record<string, unknown> = {};
    for (const { name, coerce, needed, fallback } of plans) {
      if (!Object.hasOwn(given, name)) {
        if (fallback !== undefined) values[name] = fallback;
        else if (needed) return null;
        continue;
      }
      const value = coerce(given[name]);
      if (value === REFUSED) return null;
      values[name] = value;
    }
    return values;
  };
}

/** What its getArgumentValues does, for the arguments of a service. */
export function planArguments(args: readonly GraphQLArgument[], field: FieldNode): ServiceField["args"] {
  const plans = args.map((arg) => {
    const node = field.arguments?.find(({ name }) => name.value === arg.name)?.value;
    const absent = isNonNullType(arg.type) ? REFUSED : undefined;
    return [arg.name, node ? argument(arg.type, node) : () => absent] as const;
  });
  return (variables) => {
    const values: Record<string, unknown> = {};
    for (const [name, read] of plans) {
      const value = read(variables);
      if (value === REFUSED) return null;
      if (value !== undefined) values[name] = value;
    }
    return values as { entities: unknown };
  };
}

/** Undefined: it is not given. */
function argument(type: GraphQLInputType, node: ValueNode): (variables: Variables) => unknown {
  if (node.kind === Kind.VARIABLE) {
    const name = node.name.value;
    const needed = isNonNullType(type);
    return (variables) => {
      const value = variables[name];
      return needed && (value === undefined || value === null) ? REFUSED : value;
    };
  }
  const read = (variables: Variables) => {
    const value = valueFromAST(node, type, variables as Record<string, unknown>);
    return value === undefined ? REFUSED : value;
  };
  if (hasVariables(node)) return read;
  const constant = read({});
  return () => constant;
}

function hasVariables(node: ValueNode): boolean {
  let found = false;
  visit(node, {
    Variable: () => {
      found = true;
    },
  });
  return found;
}
