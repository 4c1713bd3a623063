import { randomBytes } from "node:crypto";
import { chainPrefix } from "./keys.js";

/**
 * What a run has written to each bucket so far, as the number of its last link. A bucket keeps the same number beside
 * the states, and takes a link only where the one before is there. So a server that was emptied, came back without
 * its latest writes or was replaced by a replica that lagged is found out before the run is published.
 */
export class WriteChain {
  readonly field: Buffer;
  readonly #links = new Map<number, number>();

  constructor(generation: number) {
    this.field = Buffer.from(`${chainPrefix(generation)}${randomBytes(9).toString("base64url")}`);
  }

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
}
