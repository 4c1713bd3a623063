import type { ParityTimes } from "./report.js";

/** How long each kind of work took, in seconds. */
export class Stopwatch {
  readonly #seconds = { choosing: 0, online: 0, offline: 0, comparing: 0, judging: 0 };

  async time<T>(what: keyof ParityTimes, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.#seconds[what] += (performance.now() - start) / 1000;
    }
  }

  times(): ParityTimes {
    return { ...this.#seconds };
  }
}
