import type { StateWrite } from "@lockstep/online";

type Write = (states: readonly StateWrite[]) => Promise<{ readonly written: number; readonly kept: number }>;

/** Writes batches while the next are being made, at most a few at once. A failure stops the next `add`. */
export class BoundedWriter {
  readonly #pending = new Set<Promise<void>>();
  #failure: { error: unknown } | null = null;
  #kept = 0;

  constructor(
    private readonly write: Write,
    private readonly limit = 4,
  ) {}

  async add(states: readonly StateWrite[]): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    if (states.length === 0) return;
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
    await Promise.all(this.#pending);
    if (this.#failure) throw this.#failure.error;
    return { kept: this.#kept };
  }
}
