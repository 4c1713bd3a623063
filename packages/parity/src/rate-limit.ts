import { realTimer, type Timer } from "./timer.js";

const SECOND = 1000;

/** Keys of one read. */
const READ = 500;

export interface RateLimit {
  /** How many may be taken at once, at most. */
  readonly most: number;
  /** Waits until so many more are no more than the limit in any second. */
  take(count: number): Promise<void>;
}

/** Null: there is no limit. */
export function rateLimit(perSecond: number | null, timer: Timer = realTimer): RateLimit {
  const most = Math.min(READ, perSecond ?? READ);
  if (perSecond === null) return { most, take: async () => {} };
  const taken: { at: number; count: number }[] = [];
  const takeSome = async (count: number): Promise<void> => {
    for (;;) {
      const now = timer.now();
      while (taken[0] && taken[0].at <= now - SECOND) taken.shift();
      const used = taken.reduce((sum, one) => sum + one.count, 0);
      if (used + count <= perSecond || !taken[0]) break;
      await timer.sleep(taken[0].at + SECOND - now);
    }
    taken.push({ at: timer.now(), count });
  };
  return {
    most,
    take: async (count) => {
      for (let left = count; left > 0; left -= most) await takeSome(Math.min(left, most));
    },
  };
}
