import { randomBytes } from "node:crypto";
import { compareStampBytes } from "../stamp.js";

/**
 * What a run has written to each bucket so far, as the number of its last link. A bucket keeps the same number beside
 * the states, and takes a link only where the one before is there. So a server that was emptied, came back without
 * its latest writes or was replaced by a replica that lagged is found out before the run is published.
 */
export class WriteChain {
  /** Letters and digits only. */
  readonly id = randomBytes(9).toString("hex");
  readonly #links = new Map<number, number>();
  /** A state that has the stamp which all of them have; null where they differ. */
  #one: Uint8Array | null | undefined;

  /** The number of the bucket's next link. */
  next(bucket: number): number {
    const link = this.links(bucket) + 1;
    this.#links.set(bucket, link);
    return link;
  }

  /** How many links the bucket must have. */
  links(bucket: number): number {
    return this.#links.get(bucket) ?? 0;
  }

  get buckets(): number[] {
    return [...this.#links.keys()];
  }

  holds(state: Uint8Array): void {
    if (this.#one === undefined) this.#one = state;
    else if (this.#one !== null && compareStampBytes(this.#one, state) !== 0) this.#one = null;
  }

  /** Whether each state that was written has this mark's stamp. */
  isOf(mark: Uint8Array): boolean {
    return this.#one === undefined || (this.#one !== null && compareStampBytes(this.#one, mark) === 0);
  }
}
