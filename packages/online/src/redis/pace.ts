import { setTimeout as sleep } from "node:timers/promises";

/** Shorter pauses are saved up: timers are no finer. */
const LEAST_MS = 5;

/** Waits as long as `count` takes at the rate, less what the work itself took. */
export function paced(perSecond: number): (count: number) => Promise<void> {
  const begun = performance.now();
  let done = 0;
  return async (count) => {
    done += count;
    const ahead = (done / perSecond) * 1000 - (performance.now() - begun);
    if (ahead >= LEAST_MS) await sleep(ahead);
  };
}
