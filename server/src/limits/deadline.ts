import { limitError } from "./limit-error.js";

/** The work's result, or LIMIT_TIME where the request has been under way for longer than it may. */
export async function beforeDeadline<T>(work: Promise<T>, startedMs: number, timeMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const left = Math.max(0, startedMs + timeMs - performance.now());
    timer = setTimeout(
      () => reject(limitError("LIMIT_TIME", `it took longer than the ${timeMs} ms that it may`)),
      left,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
