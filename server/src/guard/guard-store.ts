import { isLockstepError, LockstepError } from "@lockstep/core";
import type { OnlineStore } from "@lockstep/online";
import { overriding } from "../overriding.js";
import { byDeadline } from "../time-limit.js";
import { boundedQueue } from "./bounded-queue.js";
import { type Breaker, type BreakerSettings, CLOSED, enter, failed, succeeded, waitOf } from "./breaker.js";

export interface GuardSettings extends BreakerSettings {
  /** How many reads of the store are under way at most. */
  readonly atOnce: number;
  /** How many more wait for their turn; beyond, they are refused. */
  readonly queued: number;
  /** How long a read may take, its waiting included. */
  readonly timeoutMs: number;
}

export const GUARD: GuardSettings = { atOnce: 256, queued: 1_024, timeoutMs: 2_000, failures: 5, openMs: 1_000 };

/** How the guard is, for metrics. */
export interface GuardState {
  readonly circuit: Breaker["state"];
  /** How long until a read may try again; 0 where reads are let through. */
  readonly retryInMs: number;
  readonly running: number;
  readonly waiting: number;
  readonly refused: { readonly busy: number; readonly open: number; readonly late: number };
}

export interface GuardedStore extends OnlineStore {
  guard(): GuardState;
}

/**
 * Keeps a store that is slow or gone from taking the server along: reads, and rows to append, beyond a bound are
 * refused (STORE_BUSY), and while the store fails they fail at once (STORE_UNAVAILABLE), but for one that tries now and
 * then. What was read is the store's own; all else goes to it as it is.
 */
export function guardStore(
  store: OnlineStore,
  settings: GuardSettings = GUARD,
  now: () => number = () => performance.now(),
): GuardedStore {
  const queue = boundedQueue(settings.atOnce, settings.queued);
  const refused = { busy: 0, open: 0, late: 0 };
  let breaker: Breaker = CLOSED;
  const guarded = <T>(work: () => Promise<T>): Promise<T> => {
    const { allowed, next } = enter(breaker, now());
    breaker = next;
    if (!allowed) {
      refused.open++;
      return Promise.reject(unavailable(store.kind, waitOf(breaker, now())));
    }
    let gone = false;
    const ended = (error: unknown): void => {
      if (error === null) {
        breaker = succeeded(breaker);
        return;
      }
      gone = true;
      if (isLate(error)) refused.late++;
      breaker = isOutage(error) ? failed(breaker, now(), settings) : succeeded(breaker);
    };
    // A place is held until the store has answered, however late, so that what it owes is bounded, too.
    const answer = queue.run(() => (gone ? Promise.reject(late(store.kind, settings.timeoutMs)) : work()));
    if (answer === null) {
      refused.busy++;
      // Nobody else will say how the one that tries has fared.
      if (breaker.state === "halfOpen") breaker = failed(breaker, now(), settings);
      return Promise.reject(busy(store.kind));
    }
    return byDeadline(
      performance.now() + settings.timeoutMs,
      answer,
      () => late(store.kind, settings.timeoutMs),
      ended,
    );
  };
  const read: OnlineStore["read"] = (keys, generations) => guarded(() => store.read(keys, generations));
  const append: OnlineStore["append"] = (generation, rows) => guarded(() => store.append(generation, rows));
  const guard = (): GuardState => ({
    circuit: breaker.state,
    retryInMs: waitOf(breaker, now()),
    running: queue.running,
    waiting: queue.waiting,
    refused,
  });
  return overriding(store, { read, append, guard });
}

const OUTAGES = new Set(["ONLINE_UNAVAILABLE", "STORE_TIMEOUT"]);
const isOutage = (error: unknown): boolean => isLockstepError(error) && OUTAGES.has(error.code);
const isLate = (error: unknown): boolean => isLockstepError(error) && error.code === "STORE_TIMEOUT";

const late = (place: string, timeoutMs: number) =>
  new LockstepError({
    code: "STORE_TIMEOUT",
    place: `online store '${place}'`,
    what: `it did not answer within ${timeoutMs} ms`,
    mend: "try again soon; if it goes on, look after the store",
  });

const busy = (place: string) =>
  new LockstepError({
    code: "STORE_BUSY",
    place: `online store '${place}'`,
    what: "as many reads are under way and waiting as it is given",
    mend: "try again soon, with fewer requests at a time",
  });

const unavailable = (place: string, waitMs: number) =>
  new LockstepError({
    code: "STORE_UNAVAILABLE",
    place: `online store '${place}'`,
    what: "its last reads failed, and it is not asked for a moment",
    mend: `try again in ${Math.max(1, Math.ceil(waitMs / 1000))} s`,
  });
