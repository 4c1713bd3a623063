import { floorTo, type WindowIR } from "@lockstep/core";

/** What of a key's state a window covers at an instant. */
export interface WindowParts {
  /** The tiles that start at it or after, and before the next one. */
  readonly tiles: bigint;
  readonly tilesTo: bigint;
  /** The rows from this event time on, and before the next one. */
  readonly from: bigint;
  readonly to: bigint;
}

/** For state at `watermark`, asked at `t`. Instants are whole microseconds, so after `a` is from `a + 1` on. */
export function windowParts(window: WindowIR): (watermark: bigint, t: bigint) => WindowParts {
  const { shape, bounds } = window;
  const [size, hop, offset] = [BigInt(window.size), BigInt(window.hop), BigInt(window.offset)];
  const [afterFrom, afterTo] = [bounds[0] === "(" ? 1n : 0n, bounds[1] === "]" ? 1n : 0n];
  return (watermark, t) => {
    const q = t - offset;
    // Events before this are in tiles, or in the lifetime's partial.
    const open = watermark - offset;
    if (shape === "lifetime") return { tiles: open, tilesTo: q, from: open, to: q + afterTo };
    if (shape === "sliding") return { tiles: open, tilesTo: q, from: q - size + afterFrom, to: q + afterTo };
    const upper = shape === "hopping" ? floorTo(q, hop) : q;
    const lower = floorTo(upper - size, hop);
    const from = lower + afterFrom;
    // Not Math.max, which takes no bigint.
    return { tiles: lower, tilesTo: upper, from: from > open ? from : open, to: upper + afterTo };
  };
}
