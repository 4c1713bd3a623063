/** Numbers that follow from a seed (mulberry32). */
export interface Random {
  /** 0 to n - 1. */
  below(n: number): number;
  /** True once in n times. */
  once(n: number): boolean;
  of<T>(list: readonly T[]): T;
}

export function random(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return { below, once: (n) => below(n) === 0, of: (list) => list[below(list.length)] as never };
}
