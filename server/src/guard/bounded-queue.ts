/** Runs so many pieces of work at a time; so many more wait in the order of their coming; others are turned away. */
export interface BoundedQueue {
  /** Null where the queue is full. */
  run<T>(work: () => Promise<T>): Promise<T> | null;
  readonly running: number;
  readonly waiting: number;
}

export function boundedQueue(atOnce: number, queued: number): BoundedQueue {
  let running = 0;
  const waiting: (() => void)[] = [];
  let head = 0;
  const release = () => {
    running--;
    const next = waiting[head];
    if (next === undefined) return;
    head++;
    // Dropped in one go now and then, since shifting each would copy the rest each time.
    if (head * 2 > waiting.length) {
      waiting.splice(0, head);
      head = 0;
    }
    next();
  };
  const start = <T>(work: () => Promise<T>): Promise<T> => {
    running++;
    const working = work();
    working.then(release, release);
    return working;
  };
  return {
    get running() {
      return running;
    },
    get waiting() {
      return waiting.length - head;
    },
    run: (work) => {
      if (running < atOnce) return start(work);
      if (waiting.length - head >= queued) return null;
      return new Promise((resolve, reject) => {
        waiting.push(() => start(work).then(resolve, reject));
      });
    },
  };
}
