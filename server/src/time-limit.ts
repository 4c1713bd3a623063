interface Limited {
  /** As `performance.now()` has it. */
  readonly deadline: number;
  readonly end: () => void;
  /** In `limited`. */
  place: number;
}

/** Is told once how it ended, before anybody else: null is well. */
type Ended = (error: unknown) => void;

/** How late a limit may be. */
const TICK_MS = 20;

/** In no order. Not a Set: what its deleted entries were survives for long, and costs more than the requests do. */
const limited: Limited[] = [];
let ticking: NodeJS.Timeout | undefined;

/**
 * The work's result, or what `late` makes where there is none by the deadline. One timer looks after all work: one for
 * each, and a race with it, would cost more than all else that is done about limits.
 */
export function byDeadline<T>(deadline: number, work: Promise<T>, late: () => Error, ended?: Ended): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      ended?.(error);
      reject(error);
    };
    const own: Limited = { deadline, end: () => fail(late()), place: limited.length };
    limited.push(own);
    ticking ??= setInterval(tick, TICK_MS).unref();
    work.then(
      (result) => {
        if (!remove(own)) return;
        ended?.(null);
        resolve(result);
      },
      (error: unknown) => {
        if (remove(own)) fail(error);
      },
    );
  });
}

/** False where it was not there any more. */
function remove(one: Limited): boolean {
  if (limited[one.place] !== one) return false;
  const last = limited[limited.length - 1] as Limited;
  limited[one.place] = last;
  last.place = one.place;
  limited.pop();
  return true;
}

function tick(): void {
  const now = performance.now();
  for (const one of limited.filter(({ deadline }) => now >= deadline)) {
    remove(one);
    one.end();
  }
  if (limited.length > 0) return;
  clearInterval(ticking);
  ticking = undefined;
}
