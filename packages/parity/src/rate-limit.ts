import { setTimeout as sleep } from "node:timers/promises";

/** Waits where more than so many a second are taken. A second's worth may be taken at once. */
export function rateLimit(perSecond: number | null, now: () => number = () => performance.now()) {
  let free = perSecond ?? 0;
  let at = now();
  return {
    take: async (count: number): Promise<void> => {
      if (perSecond === null) return;
      const time = now();
      free = Math.min(perSecond, free + ((time - at) / 1000) * perSecond) - count;
      at = time;
      if (free < 0) await sleep((-free / perSecond) * 1000);
    },
  };
}

export type RateLimit = ReturnType<typeof rateLimit>;
