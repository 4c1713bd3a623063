interface Limited {
  /** As `performance.now()` has it. */
  readonly deadline: number;
  readonly end: () => void;
  /** In `limited`. */
  place: number;
}

/** How late a limit may be. */
const TICK_MS = 20;

/** In no order. Not a Set: what its deleted entries were survives for long, and costs more than the requests do. */
const limited: Limited[] = [];
let ticking: NodeJS.Timeout | undefined;

/**
 * The work's result, or what `late` makes where there is none by the deadline. One timer looks after all work: one for
 * each, and a race with it, would cost more than all else that is done about limits.
 */
export function byDeadline<T>(deadline: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const own: Limited = { deadline, end: () => reject(late()), place: limited.length };
    limited.push(own);
    ticking ??= setInterval(tick, TICK_MS).unref();
    work.then(
      (result) => {
        remove(own);
        resolve(result);
      },
      (error: unknown) => {
        remove(own);
        reject(error);
      },
    );
  });
}

function remove(one: Limited): void {
  const last = limited[limited.length - 1] as Limited;
  if (limited[one.place] !== one) return;
  limited[one.place] = last;
  last.place = one.place;
  limited.pop();
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
