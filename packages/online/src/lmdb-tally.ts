import { compareStampBytes, STAMP_LENGTH, STAMP_OFFSET } from "./stamp.js";

/**
 * How many keys of a generation a handle found or left without a state older than the stamp that it writes. Where that
 * is how many the generation has, looking for older states would find none.
 */
export class LmdbTally {
  #generation: number | null = null;
  #stamp = new Uint8Array();
  #keys = 0;

  /** A key of the generation has this state now, or had one of a greater stamp; none of the same stamp before. */
  add(generation: number, state: Uint8Array): void {
    if (this.#generation !== generation || compareStampBytes(this.#stamp, state) !== 0) {
      this.#generation = generation;
      this.#stamp = state.slice(0, STAMP_OFFSET + STAMP_LENGTH);
      this.#keys = 0;
    }
    this.#keys++;
  }

  /** Something else happened: what was counted may be no more. */
  clear(): void {
    this.#generation = null;
  }

  /** `stamp`: bytes that begin as a state does. */
  counts(generation: number, stamp: Uint8Array): number | null {
    return this.#generation === generation && compareStampBytes(this.#stamp, stamp) === 0 ? this.#keys : null;
  }
}
