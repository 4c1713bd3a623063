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
  const { shape = "sawtooth", bounds = "[)", offset = "0s" } = options;
  checkForm(size, size === "lifetime" ? size : shape, bounds);
  const shift = durationMicros(offset, "offset");
  if (size === "lifetime") return { shape: "lifetime", size: 0, hop: 0, bounds, offset: shift };
  const micros = durationMicros(size, "over");
  if (options.shape === "hopping" && options.hop === undefined) {
    throw invalid(size, "a hopping window has no hop of its own", "write { shape: 'hopping', hop: '5m' }");
  }
  if (micros === 0) throw invalid(size, "it is empty", "give a size greater than zero");
  if (shape === "sliding") return { shape, size: micros, hop: 0, bounds, offset: shift };
  if (micros < MINUTE) {
    throw invalid(size, "a window shorter than a minute has no hop", "write { shape: 'sliding' }");
  }
  const given = "hop" in options ? options.hop : undefined;
  const hop = given === undefined ? defaultHop(micros) : durationMicros(given, "hop");
  if (hop === 0 || hop > micros)
    throw invalid(size, "its hop must be greater than zero and at most its size", "choose a smaller hop");
  if (shape === "hopping" && micros % hop !== 0) {
    throw invalid(size, "its hop must divide its size", "choose a hop such as 5m for 1h");
  }
  return { shape, size: micros, hop, bounds, offset: shift };
}

const ONE_EDGE = ["[)", "(]"];
const BOUNDS: Readonly<Record<string, readonly string[]>> = {
  sliding: ["[)", "[]", "(]", "()"],
  sawtooth: ONE_EDGE,
  hopping: ONE_EDGE,
  lifetime: ONE_EDGE,
};

/** What the types say, for options that were made without them: another form would differ offline and online. */
function checkForm(size: string, shape: WindowIR["shape"], bounds: Bounds): void {
  const allowed = BOUNDS[shape];
  if (!allowed) throw invalid(size, `'${shape}' is no shape`, "write 'sliding', 'sawtooth' or 'hopping'");
  if (allowed.includes(bounds)) return;
  throw invalid(size, `a ${shape} window cannot have the bounds '${bounds}'`, `write one of ${allowed.join(" ")}`);
}

const invalid = (size: string, what: string, mend: string) =>
  new LockstepError({ code: "WINDOW_INVALID", place: `over('${size}')`, what, mend });
