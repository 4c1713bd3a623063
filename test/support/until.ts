import { setTimeout as sleep } from "node:timers/promises";

const LONGEST_MS = 20_000;
/** A machine that stood still for so long has not tried. */
const LEAST_ATTEMPTS = 20;

/** Tries until it succeeds, for twenty seconds at most. */
export async function until<T>(attempt: () => Promise<T>): Promise<T> {
  const end = Date.now() + LONGEST_MS;
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end && attempts >= LEAST_ATTEMPTS) throw error;
      await sleep(50);
    }
  }
}

/** For `until`: fails where something does not hold yet. */
export function hold(what: boolean, message = "it does not hold yet"): void {
  if (!what) throw new Error(message);
}
