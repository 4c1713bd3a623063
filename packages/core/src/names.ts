import type { Diagnostic } from "./errors.js";

/** Names become columns, GraphQL fields and keys of stores, so they are plain identifiers. */
const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** What is wrong with a name, or null. `__` separates a view from its feature in a frame's columns. */
export function nameProblem(name: string, what: string, place: string): Diagnostic | null {
  if (!NAME.test(name) || name.length > 120) {
    return {
      code: "NAME_INVALID",
      place,
      what: `'${name}' is not a name for ${what}`,
      mend: "use letters, digits and underscores, beginning with a letter, at most 120 of them",
    };
  }
  if (name.includes("__") || name.endsWith("_")) {
    return {
      code: "NAME_RESERVED",
      place,
      what: `'${name}' clashes with the separator '__' of view and feature`,
      mend: "use single underscores, and none at the end",
    };
  }
  return null;
}

/** Names that are equal when case is folded, as engines fold it. */
export function caseClashes(names: readonly string[]): [first: string, second: string][] {
  const seen = new Map<string, string>();
  const clashes: [string, string][] = [];
  for (const name of names) {
    const folded = name.toLowerCase();
    const first = seen.get(folded);
    if (first === undefined) seen.set(folded, name);
    else clashes.push([first, name]);
  }
  return clashes;
}
