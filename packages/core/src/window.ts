import { type Duration, durationMicros } from "./duration.js";
import { LockstepError } from "./errors.js";
import type { Bounds, WindowIR } from "./ir.js";

/** How a window lies on time. Default: sawtooth, with a hop that grows with the size; bounds `[)`. */
export type WindowOptions =
  | { readonly shape: "sliding"; readonly bounds?: Bounds; readonly offset?: Duration }
  | { readonly shape?: "sawtooth"; readonly hop?: Duration; readonly bounds?: "[)" | "(]"; readonly offset?: Duration }
  | { readonly shape: "hopping"; readonly hop: Duration; readonly bounds?: "[)" | "(]"; readonly offset?: Duration };

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The default hop of a sawtooth: 1 m below 1 h, 5 m below 12 h, 1 h below 12 d, 1 d beyond. */
export function defaultHop(size: number): number {
  if (size < HOUR) return MINUTE;
  if (size < 12 * HOUR) return 5 * MINUTE;
  return size < 12 * DAY ? HOUR : DAY;
}

/** A window as the compiler sees it, all defaults filled in. */
export function windowIR(size: Duration | "lifetime", options: WindowOptions = {}): WindowIR {
  const { bounds = "[)", offset = "0s" } = options;
  const shift = durationMicros(offset, "offset");
  if (size === "lifetime") return { shape: "lifetime", size: 0, hop: 0, bounds, offset: shift };
  const micros = durationMicros(size, "over");
  if (options.shape !== "sliding" && bounds !== "[)" && bounds !== "(]") {
    throw invalid(size, `only a sliding window can have the bounds ${bounds}`, "write '[)' or '(]'");
  }
  if (options.shape === "hopping" && options.hop === undefined) {
    throw invalid(size, "a hopping window has no hop of its own", "write { shape: 'hopping', hop: '5m' }");
  }
  if (micros === 0) throw invalid(size, "it is empty", "give a size greater than zero");
  if (options.shape === "sliding") return { shape: "sliding", size: micros, hop: 0, bounds, offset: shift };
  if (micros < MINUTE) {
    throw invalid(size, "a window shorter than a minute has no hop", "write { shape: 'sliding' }");
  }
  const hop = options.hop === undefined ? defaultHop(micros) : durationMicros(options.hop, "hop");
  if (hop === 0 || hop > micros)
    throw invalid(size, "its hop must be greater than zero and at most its size", "choose a smaller hop");
  if (options.shape === "hopping") {
    if (micros % hop !== 0) throw invalid(size, "its hop must divide its size", "choose a hop such as 5m for 1h");
    return { shape: "hopping", size: micros, hop, bounds, offset: shift };
  }
  return { shape: "sawtooth", size: micros, hop, bounds, offset: shift };
}

const invalid = (size: string, what: string, mend: string) =>
  new LockstepError({ code: "WINDOW_INVALID", place: `over('${size}')`, what, mend });
