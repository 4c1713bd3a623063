import type { LmdbPut } from "./lmdb-put.js";
import { compareStampBytes } from "./stamp.js";

interface Counted {
  /** Bytes that begin as a state of the stamp does. */
  readonly of: Uint8Array;
  keys: number;
  /** The generation had no other states before these. */
  readonly all: boolean;
}

/**
 * How many keys of a generation a handle found or left without a state older than the stamp that it writes. Where those
 * are all that the generation has, and nobody else has written meanwhile, looking for older states would find none.
 */
export class LmdbTally {
  readonly #counted = new Map<number, Counted>();
  #last = 0;

  /** At the start of each of the handle's transactions. LMDB numbers all of them, whoever's they are; some share one. */
  begin(transaction: number): void {
    if (transaction !== this.#last && transaction !== this.#last + 1) this.clear();
    this.#last = transaction;
  }

  add(generation: number, { wasEmpty, settled }: LmdbPut): void {
    for (const [i, { of, keys }] of settled.entries()) {
      const counted = this.#counted.get(generation);
      if (counted && compareStampBytes(counted.of, of) === 0) counted.keys += keys;
      else this.#counted.set(generation, { of, keys, all: wasEmpty && i === 0 });
    }
  }

  /** Keys were removed: nobody knows any more. */
  clear(): void {
    this.#counted.clear();
  }

  /** Null where it is not known. `stamp`: bytes that begin as a state does; `last`: the newest transaction there is. */
  counted(generation: number, stamp: Uint8Array, last: number): Counted | null {
    const counted = this.#counted.get(generation);
    return counted && last === this.#last && compareStampBytes(counted.of, stamp) === 0 ? counted : null;
  }
}
