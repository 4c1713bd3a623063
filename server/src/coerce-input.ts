import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from "./graphql.js";

/** A value that its type refuses. Yoga says why: it is asked again. */
export const REFUSED = Symbol("refused");

/** What graphql-js makes of a variable's value, compiled once for its type: the scalars' own rules decide. */
export type Coerce = (value: unknown) => unknown;

export function coercer(type: GraphQLInputType): Coerce {
  if (isNonNullType(type)) {
    const inner = coercer(type.ofType as GraphQLInputType);
    return (value) => (value === null || value === undefined ? REFUSED : inner(value));
  }
  if (isListType(type)) return listCoercer(coercer(type.ofType));
  if (isInputObjectType(type)) return objectCoercer(type);
  return (value) => {
    if (value === null || value === undefined) return null;
    try {
      const parsed = type.parseValue(value);
      return parsed === undefined ? REFUSED : parsed;
    } catch {
      return REFUSED;
    }
  };
}

function listCoercer(item: Coerce): Coerce {
  return (value) => {
    if (value === null || value === undefined) return null;
    // What is no list is a list of one.
    const items = Array.isArray(value) ? value : [value];
    const out: unknown[] = [];
    for (const given of items) {
      const coerced = item(given);
      if (coerced === REFUSED) return REFUSED;
      out.push(coerced);
    }
    return out;
  };
}

function objectCoercer(type: GraphQLInputObjectType): Coerce {
  const declared = type.getFields();
  // Made when it is first used, because input types may be recursive.
  let fields: (readonly [name: string, coerce: Coerce, needed: boolean, fallback: unknown])[] | undefined;
  return (value) => {
    if (value === null || value === undefined) return null;
    if (typeof value !== "object" || Array.isArray(value)) return REFUSED;
    fields ??= Object.values(declared).map((f) => [f.name, coercer(f.type), isNonNullType(f.type), f.defaultValue]);
    const given = value as Readonly<Record<string, unknown>>;
    const out: Record<string, unknown> = {};
    for (const [name, coerce, needed, fallback] of fields) {
      const field = given[name];
      if (field === undefined) {
        if (fallback !== undefined) out[name] = fallback;
        else if (needed) return REFUSED;
        continue;
      }
      const coerced = coerce(field);
      if (coerced === REFUSED) return REFUSED;
      out[name] = coerced;
    }
    for (const name in given) if (Object.hasOwn(given, name) && !Object.hasOwn(declared, name)) return REFUSED;
    return out;
  };
}
