import type { WindowIR } from "@lockstep/core";
import type { Dialect } from "../dialects/dialect.js";

/** The instants of a window that ends at `q`, as SQL, and whether each edge belongs to it. */
export interface WindowSql {
  /** Null: from the beginning. */
  readonly from: string | null;
  readonly to: string;
  readonly lower: ">=" | ">";
  readonly upper: "<" | "<=";
}

export function windowSql(dialect: Dialect, window: WindowIR, t: string): WindowSql {
  const q = minus(t, window.offset);
  const [from, to] = {
    sliding: () => [minus(q, window.size), q] as const,
    sawtooth: () => [dialect.floorTo(minus(q, window.size), window.hop), q] as const,
    hopping: () => [minus(dialect.floorTo(q, window.hop), window.size), dialect.floorTo(q, window.hop)] as const,
    lifetime: () => [null, q] as const,
  }[window.shape]();
  return {
    from,
    to,
    lower: window.bounds.startsWith("[") ? ">=" : ">",
    upper: window.bounds.endsWith("]") ? "<=" : "<",
  };
}

/** The longest time between the beginning of a window and the instant that is asked at; null: no bound. */
export const windowsReach = (windows: readonly WindowIR[]): number | null =>
  windows.some((w) => w.shape === "lifetime") ? null : Math.max(0, ...windows.map((w) => w.size + w.hop + w.offset));

/** The condition that an instant lies in the window. */
export function inside(window: WindowSql, at: string): string {
  const upper = `${at} ${window.upper} ${window.to}`;
  return window.from === null ? upper : `${at} ${window.lower} ${window.from} AND ${upper}`;
}

export const minus = (x: string, micros: number): string => (micros === 0 ? x : `(${x} - ${micros})`);
