import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from "../../src/graphql.js";

const isFloat = (v: unknown) => typeof v === "number" || /^(NaN|-?Infinity|-0)$/.test(String(v));
const isText = (v: unknown) => typeof v === "string";
const matches = (pattern: RegExp) => (v: unknown) => typeof v === "string" && pattern.test(v);

/** What each scalar may be in JSON: docs/serving.md. */
const SCALARS: Readonly<Record<string, (value: unknown) => boolean>> = {
  Int64: matches(/^-?\d+$/),
  Int: (v) => Number.isInteger(v),
  Float64: isFloat,
  Decimal: matches(/^-?\d+(\.\d+)?$/),
  Boolean: (v) => typeof v === "boolean",
  String: isText,
  Bytes: matches(/^[A-Za-z0-9+/]*=*$/),
  Date: matches(/^[+-]?\d{4,6}-\d\d-\d\d$/),
  Timestamp: matches(/^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
  Vector: (v) => Array.isArray(v) && v.every(isFloat),
  Json: isText,
  Status: matches(/^(MISSING|EXPIRED|NULL|PRESENT)$/),
};

/** The places of an answer whose values are not what the schema says. */
export function wrongTypes(schema: GraphQLSchema, document: DocumentNode, data: unknown): string[] {
  const wrong: string[] = [];
  const fragments = new Map(
    document.definitions.flatMap((d) => (d.kind === Kind.FRAGMENT_DEFINITION ? [[d.name.value, d.selectionSet]] : [])),
  );
  const value = (type: GraphQLOutputType, sets: readonly SelectionSetNode[], found: unknown, path: string): void => {
    if (isNonNullType(type)) {
      if (found === null) wrong.push(`${path} is null`);
      else value(type.ofType, sets, found, path);
    } else if (found === null) return;
    else if (isListType(type)) {
      if (Array.isArray(found)) for (const [i, one] of found.entries()) value(type.ofType, sets, one, `${path}.${i}`);
      else wrong.push(`${path} is no list`);
    } else if (isObjectType(type)) object(type, sets, found as Readonly<Record<string, unknown>>, path);
    else if (!SCALARS[type.name]?.(found)) wrong.push(`${path} is ${JSON.stringify(found)}, and no ${type.name}`);
  };
  const object = (
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    found: Readonly<Record<string, unknown>>,
    path: string,
  ): void => {
    const fields = new Map<string, { readonly name: string; readonly sets: SelectionSetNode[] }>();
    const collect = (set: SelectionSetNode): void => {
      for (const node of set.selections) {
        if (node.kind !== Kind.FIELD) {
          const body = node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : fragments.get(node.name.value);
          if (body) collect(body);
          continue;
        }
        const key = node.alias?.value ?? node.name.value;
        const field = fields.get(key) ?? { name: node.name.value, sets: [] };
        if (node.selectionSet) field.sets.push(node.selectionSet);
        fields.set(key, field);
      }
    };
    sets.forEach(collect);
    for (const key of Object.keys(found)) {
      const field = fields.get(key);
      if (!field) wrong.push(`${path}.${key} was not asked for`);
      else if (field.name === "__typename") {
        if (found[key] !== type.name) wrong.push(`${path}.${key} is not ${type.name}`);
      } else
        value(
          (type.getFields()[field.name] as { type: GraphQLOutputType }).type,
          field.sets,
          found[key],
          `${path}.${key}`,
        );
    }
  };
  const operations = document.definitions.flatMap((d) => (d.kind === Kind.OPERATION_DEFINITION ? [d] : []));
  const query = schema.getQueryType();
  if (query && data !== null)
    object(
      query,
      operations.map((o) => o.selectionSet),
      data as never,
      "data",
    );
  return wrong;
}
