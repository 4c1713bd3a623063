/** JSON with sorted names, so that equal data has equal text. */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, (_, x: unknown) => sorted(x));

function sorted(x: unknown): unknown {
  if (typeof x !== "object" || x === null || Array.isArray(x)) return x;
  return Object.fromEntries(Object.entries(x).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
