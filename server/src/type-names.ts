import { type Diagnostic, LockstepError, type NamedType, type TypeIR } from "@lockstep/core";

/** `origin_delays` as a type's name: `OriginDelays`. Fields keep their names as declared. */
export const pascal = (name: string): string =>
  name
    .split("_")
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join("");

/** A GraphQL type, and the declaration that asks for it. */
export interface TypeClaim {
  readonly type: string;
  readonly owner: string;
}

const BUILT_IN = "Query Mutation Subscription String Int Float Boolean ID Status".split(" ");
const OWN =
  "Int64 Float64 Decimal Bytes Date Timestamp Vector Json CatalogService CatalogInput CatalogColumn CatalogSource CatalogSourceColumn".split(
    " ",
  );

/** One SCHEMA_CLASH for each type that two declarations ask for; several members may share a view's type. */
export function typeClashes(claims: readonly TypeClaim[]): Diagnostic[] {
  const owners = new Map([...BUILT_IN, ...OWN].map((type) => [type, "the schema itself"]));
  const found: Diagnostic[] = [];
  for (const { type, owner } of claims) {
    const first = owners.get(type);
    if (first === undefined) owners.set(type, owner);
    else if (first !== owner) {
      found.push({
        code: "SCHEMA_CLASH",
        place: owner,
        what: `the GraphQL type '${type}' belongs to ${first} already`,
        mend: "rename one of the two",
      });
    }
  }
  return found;
}

/** The object types that a struct needs, itself and within: named after where it stands. */
export function structClaims(name: string, type: TypeIR, owner: string): TypeClaim[] {
  if (type.kind === "list") return structClaims(name, type.element, owner);
  if (type.kind !== "struct") return [];
  return [{ type: name, owner }, ...type.fields.flatMap((f) => structClaims(name + pascal(f.name), f.type, owner))];
}

/** Request fields, mapped keys and struct fields may have any name; GraphQL has fields of plain names only. */
export function nameProblems(fields: readonly NamedType[], place: string): Diagnostic[] {
  return fields.flatMap(({ name, type }) => [
    ...(/^(?!__)[A-Za-z_]\w*$/.test(name) ? [] : [unusable(name, place)]),
    ...(structFields(type)?.flatMap((f) => nameProblems([f], `${place}, field '${name}'`)) ?? []),
  ]);
}

function structFields(type: TypeIR): readonly NamedType[] | null {
  if (type.kind === "list") return structFields(type.element);
  return type.kind === "struct" ? type.fields : null;
}

const unusable = (name: string, place: string): Diagnostic => ({
  code: "SCHEMA_NAME",
  place,
  what: `'${name}' can't be a GraphQL field`,
  mend: "use letters, digits and underscores, not beginning with a digit or with two underscores",
});

/** Throws what was found, all at once. */
export function refuse(found: readonly Diagnostic[]): void {
  if (found.length > 0) throw new LockstepError(found);
}
