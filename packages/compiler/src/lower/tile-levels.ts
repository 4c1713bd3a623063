import type { WindowIR } from "@lockstep/core";

/** Levels that are put beside the windows' own hops: an hour and a day, in microseconds. */
const STEPS = [3_600_000_000, 86_400_000_000];
/** A level pays where a window has at least this many of its tiles. */
const TILES = 4;

/**
 * The lengths of the tiles that answer some windows, ascending, each a multiple of the one before: the windows' hops,
 * and an hour and a day where they fit. Null: the hops are no such chain. Sliding windows have no hops of their own.
 */
export function levelsOf(windows: readonly WindowIR[]): readonly number[] | null {
  const hops = windows.filter((w) => w.shape !== "sliding" && w.shape !== "lifetime").map((w) => w.hop);
  const widest = Math.max(...windows.map((w) => (w.shape === "lifetime" ? Number.POSITIVE_INFINITY : w.size)));
  const chain = ascending(hops);
  if (!isChain(chain)) return null;
  let levels: readonly number[] = chain;
  for (const step of STEPS.filter((s) => s * TILES <= widest)) {
    const more = ascending(levels.concat(step));
    if (isChain(more)) levels = more;
  }
  return levels;
}

const ascending = (numbers: readonly number[]) => [...new Set(numbers)].sort((a, b) => a - b);
const isChain = (numbers: readonly number[]) =>
  numbers.every((n, i) => i === 0 || n % (numbers[i - 1] as number) === 0);
