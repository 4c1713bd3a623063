import { compareStampBytes, STAMP_LENGTH, STAMP_OFFSET } from "./stamp.js";

interface Counted {
  /** Bytes that begin as a state of the stamp does. */
  readonly of: Uint8Array;
  keys: number;
}

/**
 * How many keys of a generation a handle found or left without a state older than the stamp that it writes. Where that
 * is how many the generation has, and nobody else has written meanwhile, looking for older states would find none.
 */
export class LmdbTally {
  readonly #counted = new Map<number, Counted>();
  #last = 0;

  /** At the start of each of the handle's transactions. LMDB numbers all of them, whoever's they are. */
  begin(transaction: number): void {
    if (transaction !== this.#last + 1) this.clear();
    this.#last = transaction;
  }

  /** A key has this state now, or had one of a greater stamp; none of the same stamp before. */
  add(generation: number, state: Uint8Array): void {
    const counted = this.#counted.get(generation);
    if (counted && compareStampBytes(counted.of, state) === 0) counted.keys++;
    else this.#counted.set(generation, { of: state.slice(0, STAMP_OFFSET + STAMP_LENGTH), keys: 1 });
  }

  /** Keys were removed: nobody knows any more. */
  clear(): void {
    this.#counted.clear();
  }

  /** Null where it is not known. `stamp`: bytes that begin as a state does; `last`: the newest transaction there is. */
  keys(generation: number, stamp: Uint8Array, last: number): number | null {
    const counted = this.#counted.get(generation);
    return counted && last === this.#last && compareStampBytes(counted.of, stamp) === 0 ? counted.keys : null;
  }
}
