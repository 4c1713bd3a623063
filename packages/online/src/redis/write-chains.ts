import { WriteChain } from "./write-chain.js";

/** The chain of each generation that is being written; what is done with one is done in turn. */
export class WriteChains {
  readonly #open = new Map<number, WriteChain>();
  readonly #turns = new Map<number, Promise<unknown>>();

  /** A failure ends the chain: what follows it is a run of its own. */
  inTurn<T>(generation: number, work: (chain: WriteChain) => Promise<T>): Promise<T> {
    const before = this.#turns.get(generation) ?? Promise.resolve();
    const turn = before.then(async () => {
      const chain = this.#open.get(generation) ?? new WriteChain();
      this.#open.set(generation, chain);
      try {
        return await work(chain);
      } catch (error) {
        this.end(generation);
        throw error;
      }
    });
    this.#turns.set(
      generation,
      turn.catch(() => undefined),
    );
    return turn;
  }

  end(generation: number): void {
    this.#open.delete(generation);
  }
}
