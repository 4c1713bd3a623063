import { LockstepClientError } from "./error.js";

/**
 * Runs work until it is done, `outer` is aborted or the time is over. The waiting ends then even where the work
 * doesn't heed its signal, and others may go on waiting for the same work.
 */
export async function within<T>(
  { timeoutMs, outer }: { readonly timeoutMs?: number; readonly outer?: AbortSignal | undefined },
  work: (signal: AbortSignal) => PromiseLike<T>,
): Promise<T> {
  if (outer?.aborted) throw aborted(outer.reason);
  const inner = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    inner.signal.addEventListener("abort", () => reject(inner.signal.reason));
  });
  const abort = () => inner.abort(aborted(outer?.reason));
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => inner.abort(timedOut(timeoutMs)), timeoutMs);
  outer?.addEventListener("abort", abort);
  try {
    return await Promise.race([work(inner.signal), stopped]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", abort);
  }
}

const aborted = (cause: unknown): LockstepClientError =>
  new LockstepClientError({ code: "ABORTED", message: "The call was aborted", cause });

const timedOut = (timeoutMs: number): LockstepClientError =>
  new LockstepClientError({
    code: "TIMEOUT",
    message: `No answer came within ${timeoutMs} ms`,
    mend: "ask for fewer rows, or give a greater timeoutMs",
  });
