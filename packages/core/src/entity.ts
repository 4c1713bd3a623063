import type { AnyType, Types } from "./types.js";

/** What features are about: an airport, a customer. Its keys say which one. */
export interface Entity<Name extends string = string, Keys extends Types = Types> {
  readonly declares: "entity";
  readonly name: Name;
  readonly keys: Keys;
  readonly description?: string;
}

type KeyKind = "bool" | "int32" | "int64" | "decimal" | "string" | "bytes" | "date" | "timestamp";
type KeyTypes<K extends Types> = {
  readonly [P in keyof K]: K[P]["kind"] extends KeyKind
    ? K[P]
    : AnyType & {
        readonly "~mistake": `a ${K[P]["kind"]} cannot be an entity key: use an integer, a decimal, text, bytes, a date, a timestamp or a bool`;
      };
};

/**
 * Declares an entity. Keys may have several parts, and are compared as values: `'1'` is not `1`.
 * @example const route = entity("route", { origin: t.string(), destination: t.string() });
 */
export function entity<const Name extends string, K extends Types>(
  name: Name,
  keys: K & KeyTypes<K>,
  options: { readonly description?: string } = {},
): Entity<Name, K> {
  return Object.freeze({ declares: "entity", name, keys, ...options });
}
