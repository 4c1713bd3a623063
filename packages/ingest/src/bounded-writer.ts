import type { StateWrite } from "@lockstep/online";

type Write = (states: readonly StateWrite[]) => Promise<{ readonly written: number; readonly kept: number }>;

// LMDB makes a call durable before it returns, and random keys touch fewer pages in a large one.
const CALL_STATES = 20_000;
const CALL_BYTES = 8 << 20;

/** Writes batches while the next are being made, at most a few at once. A failure stops the next `add`. */
export class BoundedWriter {
  readonly #pending = new Set<Promise<void>>();
  #failure: { error: unknown } | null = null;
  #kept = 0;
  #gathered: StateWrite[] = [];
  #bytes = 0;

  constructor(
    private readonly write: Write,
    private readonly limit = 3,
  ) {}

  /** Gathers states into calls that are large enough to be worth one, and writes them. */
  async add(states: readonly StateWrite[]): Promise<void> {
    for (const state of states) {
      this.#gathered.push(state);
      this.#bytes += state.key.length + state.value.length;
    }
    if (this.#gathered.length >= CALL_STATES || this.#bytes >= CALL_BYTES) await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    if (this.#gathered.length === 0) return;
    const states = this.#gathered;
    [this.#gathered, this.#bytes] = [[], 0];
    const task: Promise<void> = this.write(states)
      .then(({ kept }) => {
        this.#kept += kept;
      })
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#pending.delete(task));
    this.#pending.add(task);
    while (this.#pending.size >= this.limit) await Promise.race(this.#pending);
  }

  /** Waits for all that is under way. */
  async finish(): Promise<{ readonly kept: number }> {
    await this.#flush();
    await Promise.all(this.#pending);
    if (this.#failure) throw this.#failure.error;
    return { kept: this.#kept };
  }
}
