import { setTimeout as sleep } from "node:timers/promises";

/** How time passes, in milliseconds. */
export interface Timer {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const realTimer: Timer = {
  now: () => performance.now(),
  sleep: async (milliseconds) => {
    await sleep(milliseconds);
  },
};

/** Seconds since it was asked for. */
export function secondsSince(timer: Timer): () => number {
  const started = timer.now();
  return () => (timer.now() - started) / 1000;
}
