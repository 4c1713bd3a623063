/** The number of values, their mean, and the sum of the squares of their distances from it. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly m2: number;
}

export const NO_MOMENTS: Moments = { n: 0, mean: 0, m2: 0 };

/** One value's. An infinity has no distance from itself: NaN. */
export const momentsOf = (x: number): Moments => ({ n: 1, mean: x, m2: x - x });

/** Chan's merge: what is close together stays precise, however far from zero it lies. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.n === 0) return b;
  if (b.n === 0) return a;
  const n = a.n + b.n;
  const delta = b.mean - a.mean;
  return { n, mean: a.mean + delta * (b.n / n), m2: a.m2 + b.m2 + delta * delta * (a.n * (b.n / n)) };
}

/** The variance of a sample (null over less than two values), or of all there is. */
export function varianceOf({ n, m2 }: Moments, of: "sample" | "population"): number | null {
  const degrees = of === "sample" ? n - 1 : n;
  return degrees > 0 ? m2 / degrees : null;
}
