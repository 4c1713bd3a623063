import { type States, StatesWriter } from "@lockstep/online";

type Write = (states: States) => Promise<{ readonly written: number; readonly kept: number }>;

// LMDB makes a call durable before it returns, and random keys touch fewer pages in a large one. The first calls are
// smaller, so that the store has something to do while the next states are made.
const FIRST_STATES = 2_500;
const CALL_STATES = 20_000;
const CALL_BYTES = 8 << 20;

/** Writes states while the next are being made, at most a few calls at once. A failure stops the next `flush`. */
export class BoundedWriter {
  /** What the next call will write. */
  readonly states = new StatesWriter();
  readonly #pending = new Set<Promise<void>>();
  #failure: { error: unknown } | null = null;
  #kept = 0;
  #enough = FIRST_STATES;

  constructor(
    private readonly write: Write,
    private readonly limit = 6,
  ) {}

  /** Begins a call where there are states enough to be worth one. */
  async flushFull(): Promise<void> {
    if (this.states.count < this.#enough && this.states.bytes < CALL_BYTES) return;
    this.#enough = Math.min(2 * this.#enough, CALL_STATES);
    await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    if (this.states.count === 0) return;
    const states = this.states.take();
    const task: Promise<void> = this.write(states)
      .then(({ kept }) => {
        this.#kept += kept;
        this.states.giveBack(states);
      })
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#pending.delete(task));
    this.#pending.add(task);
    while (this.#pending.size >= this.limit) await Promise.race(this.#pending);
  }

  /** Writes the rest, and waits for all that is under way. */
  async finish(): Promise<{ readonly kept: number }> {
    await this.#flush();
    await Promise.all(this.#pending);
    if (this.#failure) throw this.#failure.error;
    return { kept: this.#kept };
  }
}
