const FIRST_MS = 100;
const MOST_MS = 5_000;

/** How long to wait before a retry, after so many: anything up to a bound that doubles, so that callers that failed together don't come back together. */
export const backoffMs = (retries: number, random: () => number = Math.random): number =>
  random() * Math.min(MOST_MS, FIRST_MS * 2 ** retries);

/** What a `Retry-After` header asks for: seconds, or a date. */
export function retryAfterMs(header: string | null, now: number = Date.now()): number {
  if (header === null) return 0;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const until = Date.parse(header);
  return Number.isNaN(until) ? 0 : Math.max(0, until - now);
}
