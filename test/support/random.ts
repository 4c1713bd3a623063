/** A whole number from 0 and below the bound. */
export type Random = (below: number) => number;

/** A small generator with a seed, so that a failure happens again. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
