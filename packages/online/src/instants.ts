import { type Column, floorTo, LockstepError } from "@lockstep/core";
import { type ByteReader, BytesInvalid } from "./byte-reader.js";
import type { ByteWriter } from "./byte-writer.js";

/** Ascending instants on a grid of `hop`; `least`: how many hops one lies at least after the one before. */
export interface Grid {
  readonly hop: bigint;
  readonly least: bigint;
}

/** Writes rows of a column as steps from one to the next; the first from `near`, so that it is short too. */
export function instantsWriter(
  { hop, least }: Grid,
  near: bigint,
  column: Column,
): (out: ByteWriter, from: number, to: number) => void {
  const start = floorTo(near, hop);
  return (out, from, to) => {
    let previous = start;
    for (let row = from; row < to; row++) {
      const at = column.get(row) as bigint;
      const steps = (at - previous) / hop;
      if (previous + steps * hop !== at || (row > from && steps < least)) {
        throw new LockstepError({
          code: "STATE_INVALID",
          what: `${at} after ${previous} is not an ascending instant on a grid of ${hop}`,
        });
      }
      out.zigzag(steps);
      previous = at;
    }
  };
}

export function readInstants(from: ByteReader, { hop, least }: Grid, near: bigint, count: number): bigint[] {
  const instants: bigint[] = [];
  let previous = floorTo(near, hop);
  for (let i = 0; i < count; i++) {
    const steps = from.zigzag();
    if (i > 0 && steps < least) throw new BytesInvalid("its instants do not ascend");
    previous += steps * hop;
    instants.push(previous);
  }
  return instants;
}

/** The index of the first of ascending instants that is at or after `at`. */
export function firstFrom(instants: readonly bigint[], at: bigint): number {
  let [low, high] = [0, instants.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instants[middle] as bigint) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
