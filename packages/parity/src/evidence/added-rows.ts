/** How many rows a key had, and the sum of their hashes modulo 2^64. */
export interface Hashed {
  readonly n: bigint;
  readonly h: bigint;
}

export interface HashedRow {
  readonly h: bigint;
  /** When it became known. */
  readonly ka: bigint;
}

export const MODULUS = 2n ** 64n;

/** The rows without which the key has the hash that was noted: one, two, or those known last or first. Null: none found. */
export function addedRows(rows: readonly HashedRow[], before: Hashed, after: Hashed): readonly HashedRow[] | null {
  const count = Number(after.n - before.n);
  const wanted = (((after.h - before.h) % MODULUS) + MODULUS) % MODULUS;
  const sum = (of: readonly HashedRow[]) => of.reduce((total, { h }) => (total + h) % MODULUS, 0n);
  if (count === rows.length) return sum(rows) === wanted ? rows : null;
  if (count === 1) {
    const one = rows.find(({ h }) => h === wanted);
    return one ? [one] : null;
  }
  if (count === 2) {
    const seen = new Map<bigint, HashedRow>();
    for (const row of rows) {
      const other = seen.get((((wanted - row.h) % MODULUS) + MODULUS) % MODULUS);
      if (other) return [other, row];
      seen.set(row.h, row);
    }
    return null;
  }
  // In the order of the files, and of when they were known: most late rows come together.
  for (const order of [rows, [...rows].sort((a, b) => (a.ka < b.ka ? -1 : 1))]) {
    for (let from = 0; from + count <= order.length; from++) {
      const some = order.slice(from, from + count);
      if (sum(some) === wanted) return some;
    }
  }
  return null;
}
