import {
  didYouMean,
  type EntityIR,
  LockstepError,
  type RepoIR,
  tryFromWire,
  typeName,
  type Value,
} from "@lockstep/core";

export function entityNamed({ entities }: RepoIR, name: string): EntityIR {
  const entity = entities.find((e) => e.name === name);
  if (entity) return entity;
  const names = entities.map((e) => e.name);
  throw new LockstepError({
    code: "ENTITY_UNKNOWN",
    place: `'${name}'`,
    what: `there is no such entity${didYouMean(name, names)}`,
    mend: names.length > 0 ? `choose one of ${names.join(", ")}` : "declare one with entity()",
  });
}

/** An entity's key from a record of its parts, in its order. */
export function keyOf(entity: EntityIR, given: Readonly<Record<string, unknown>>): Value[] {
  const names = entity.keys.map((k) => k.name);
  const other = Object.keys(given).find((name) => !names.includes(name));
  if (other !== undefined) throw invalid(entity, `it has no key '${other}'${didYouMean(other, names)}`);
  return entity.keys.map(({ name, type }) => {
    const value = tryFromWire(type, given[name]);
    if (value === undefined || value === null) throw invalid(entity, `'${name}' is not a ${typeName(type)}`);
    return value;
  });
}

const invalid = (entity: EntityIR, what: string) =>
  new LockstepError({
    code: "KEY_INVALID",
    place: `entity '${entity.name}'`,
    what,
    mend: `give ${entity.keys.map((k) => `${k.name} (${typeName(k.type)})`).join(", ")}`,
  });
