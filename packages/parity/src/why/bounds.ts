import { floorTo, type WindowIR } from "@lockstep/core";

/** A window at an instant: section 5 of docs/semantics.md. */
export interface Bounds {
  /** Null: from the beginning. */
  readonly from: bigint | null;
  readonly to: bigint;
  readonly fromIn: boolean;
  readonly toIn: boolean;
}

export function boundsAt(window: WindowIR, t: bigint): Bounds {
  const [size, hop, q] = [BigInt(window.size), BigInt(window.hop), t - BigInt(window.offset)];
  const sides = { fromIn: window.bounds[0] === "[", toIn: window.bounds[1] === "]" };
  switch (window.shape) {
    case "lifetime":
      return { from: null, to: q, ...sides };
    case "sliding":
      return { from: q - size, to: q, ...sides };
    case "sawtooth":
      return { from: floorTo(q - size, hop), to: q, ...sides };
    case "hopping":
      return { from: floorTo(q, hop) - size, to: floorTo(q, hop), ...sides };
  }
}

export const isBefore = ({ from, fromIn }: Bounds, et: bigint): boolean =>
  from !== null && (fromIn ? et < from : et <= from);

export const isAfter = ({ to, toIn }: Bounds, et: bigint): boolean => (toIn ? et > to : et >= to);
