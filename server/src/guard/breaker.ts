export interface BreakerSettings {
  /** So many failures one after the other open the circuit. */
  readonly failures: number;
  /** How long it stays open before one call may try. */
  readonly openMs: number;
}

/**
 * A circuit breaker's state: closed; open until an instant; or half open, while one call finds out whether it may close.
 */
export type Breaker =
  | { readonly state: "closed"; readonly failures: number }
  | { readonly state: "open"; readonly until: number }
  | { readonly state: "halfOpen" };

export const CLOSED: Breaker = { state: "closed", failures: 0 };

/** Whether a call may be made now, and the state that it leaves. */
export function enter(breaker: Breaker, now: number): { readonly allowed: boolean; readonly next: Breaker } {
  if (breaker.state === "closed") return { allowed: true, next: breaker };
  if (breaker.state === "open" && now >= breaker.until) return { allowed: true, next: { state: "halfOpen" } };
  return { allowed: false, next: breaker };
}

export function succeeded(breaker: Breaker): Breaker {
  // A call from before the circuit opened says nothing of now.
  if (breaker.state === "open") return breaker;
  return breaker.state === "closed" && breaker.failures === 0 ? breaker : CLOSED;
}

export function failed(breaker: Breaker, now: number, { failures, openMs }: BreakerSettings): Breaker {
  if (breaker.state === "open") return breaker;
  const count = breaker.state === "closed" ? breaker.failures + 1 : failures;
  return count >= failures ? { state: "open", until: now + openMs } : { state: "closed", failures: count };
}

/** How long until a call may try, in milliseconds. */
export const waitOf = (breaker: Breaker, now: number): number =>
  breaker.state === "open" ? Math.max(0, breaker.until - now) : 0;
