import { LockstepClientError } from "./error.js";

/** A timer of more fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

interface Bounds {
  readonly timeoutMs?: number | undefined;
  readonly outer?: AbortSignal | undefined;
}

/**
 * Runs work until it is done, `outer` is aborted or the time is over. The waiting ends then even where the work
 * doesn't heed its signal, and others may go on waiting for the same work.
 */
export async function within<T>(
  { timeoutMs, outer }: Bounds,
  work: (signal: AbortSignal) => PromiseLike<T>,
): Promise<T> {
  if (outer?.aborted) throw aborted(outer.reason);
  const inner = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    inner.signal.addEventListener("abort", () => reject(inner.signal.reason));
  });
  const abort = () => inner.abort(aborted(outer?.reason));
  const timer =
    timeoutMs === undefined || timeoutMs > LONGEST_MS
      ? undefined
      : setTimeout(() => inner.abort(timedOut(timeoutMs)), timeoutMs);
  outer?.addEventListener("abort", abort);
  try {
    return await Promise.race([work(inner.signal), stopped]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", abort);
  }
}

/** Aborted once all of these are: nobody waits any more. */
export function whenAllAbort(signals: readonly AbortSignal[]): AbortSignal {
  const all = new AbortController();
  const look = () => {
    if (signals.every((signal) => signal.aborted)) all.abort(signals[0]?.reason);
  };
  for (const signal of signals) signal.addEventListener("abort", look, { once: true });
  look();
  return all.signal;
}

export const sleep = (ms: number, outer?: AbortSignal): Promise<void> =>
  within({ outer }, (signal) => {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => clearTimeout(timer));
    });
  });

const aborted = (cause: unknown): LockstepClientError =>
  cause instanceof LockstepClientError
    ? cause
    : new LockstepClientError({ code: "ABORTED", message: "The call was aborted", cause });

const timedOut = (timeoutMs: number): LockstepClientError =>
  new LockstepClientError({
    code: "TIMEOUT",
    message: `No answer came within ${timeoutMs} ms`,
    mend: "ask for fewer rows, or give more time",
  });
