import { LockstepError } from "@lockstep/core";

/** How long work may take to end by itself once it is interrupted. */
const GRACE_MS = 1_000;

/** Resolves when the signal is aborted. */
export const stopped = (stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener("abort", () => resolve(), { once: true });
  });

/** The work's result, or INTERRUPTED where it is stopped and doesn't end by itself. */
export function unlessStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onStop = () => {};
  const late = new Promise<never>((_, reject) => {
    onStop = () => {
      timer = setTimeout(() => reject(interrupted()), GRACE_MS);
    };
    if (stop.aborted) onStop();
    else stop.addEventListener("abort", onStop, { once: true });
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
    stop.removeEventListener("abort", onStop);
  });
}

export const interrupted = (): LockstepError =>
  new LockstepError({ code: "INTERRUPTED", what: "it was interrupted before it was done" });
