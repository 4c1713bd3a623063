import type { Bounds, OracleWindow } from "./feature.js";

export interface Edges {
  /** Null: from the beginning. */
  from: bigint | null;
  to: bigint;
}

/** Section 5's table of shapes, for a window that ends at `q`. */
export function windowEdges(window: OracleWindow, q: bigint): Edges {
  switch (window.shape) {
    case "sliding":
      return { from: q - window.size, to: q };
    case "sawtooth":
      return { from: floor(q - window.size, window.hop ?? defaultHop(window.size)), to: q };
    case "hopping":
      return { from: floor(q, window.hop) - window.size, to: floor(q, window.hop) };
    case "lifetime":
      return { from: null, to: q };
  }
}

export function isWithin(edges: Edges, bounds: Bounds, eventTime: bigint): boolean {
  const lowerIn = bounds[0] === "[";
  const upperIn = bounds[1] === "]";
  if (edges.from !== null && (lowerIn ? eventTime < edges.from : eventTime <= edges.from)) return false;
  return upperIn ? eventTime <= edges.to : eventTime < edges.to;
}

/** Section 1: towards minus infinity, on a grid that starts at the Unix epoch. */
export function floor(x: bigint, h: bigint): bigint {
  return x - (((x % h) + h) % h);
}

/** Section 5's default for sawtooth. */
export function defaultHop(size: bigint): bigint {
  const minute = 60_000_000n;
  const hour = 60n * minute;
  const day = 24n * hour;
  if (size < hour) return minute;
  if (size < 12n * hour) return 5n * minute;
  if (size < 12n * day) return hour;
  return day;
}
