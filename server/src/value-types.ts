import { type TypeIR, typeRow, type Value } from "@lockstep/core";
import { InputListRef, type InputType, ListRef, type OutputType } from "@pothos/core";
import type { Builder } from "./builder.js";
import { pascal } from "./type-names.js";

type Types = Builder["$inferSchemaTypes"];
type Fields = Readonly<Record<string, Value>>;

/** The GraphQL type of a feature's values; a struct becomes the object type `name`. */
export function outputType(builder: Builder, type: TypeIR, name: string): OutputType<Types> {
  if (type.kind === "list") return listType(outputType(builder, type.element, name));
  if (type.kind !== "struct") return typeRow(type).graphql as OutputType<Types>;
  return builder.objectRef<Fields>(name).implement({
    fields: (t) =>
      perField(type.fields, (f) =>
        t.field({
          type: outputType(builder, f.type, name + pascal(f.name)),
          resolve: (struct) => (struct[f.name] ?? null) as never,
        }),
      ),
  });
}

/** A list of such values, or nulls. */
export const listType = (element: OutputType<Types>): OutputType<Types> =>
  new ListRef<Types, Value>(element, true) as unknown as OutputType<Types>;

/** The GraphQL type of a request's values; a struct becomes the input type `name`. */
export function inputType(builder: Builder, type: TypeIR, name: string): InputType<Types> {
  if (type.kind === "list") {
    return new InputListRef<Types, Value>(inputType(builder, type.element, name), false) as unknown as InputType<Types>;
  }
  if (type.kind !== "struct") return typeRow(type).graphql as InputType<Types>;
  return builder.inputType(name, {
    fields: (t) => perField(type.fields, (f) => t.field({ type: inputType(builder, f.type, name + pascal(f.name)) })),
  }) as unknown as InputType<Types>;
}

/** A record with an entry for each field, by its name. */
export const perField = <F extends { readonly name: string }, T>(fields: readonly F[], make: (field: F) => T) =>
  Object.fromEntries(fields.map((f) => [f.name, make(f)])) as Record<string, T>;
