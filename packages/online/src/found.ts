import { didYouMean, LockstepError } from "@lockstep/core";

/** The one of that name, or an error such as COLUMN_UNKNOWN that names the nearest. */
export function found<T extends { readonly name: string }>(
  list: readonly T[],
  name: string,
  what: string,
  place?: string,
): T {
  const item = list.find((candidate) => candidate.name === name);
  if (item) return item;
  const names = list.map((candidate) => candidate.name);
  throw new LockstepError({
    code: `${what.toUpperCase().split(" ").at(-1)}_UNKNOWN`,
    ...(place === undefined ? {} : { place }),
    what: `there is no ${what} '${name}'${didYouMean(name, names)}`,
    mend: names.length > 0 ? `it is one of ${names.join(", ")}` : "check what is applied: `fs list`",
  });
}
