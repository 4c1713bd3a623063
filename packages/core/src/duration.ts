import { LockstepError } from "./errors.js";

/** A length of time as text: a whole number and one of `us ms s m h d w`. `90s`, `5m`, `3h`, `7d`. */
export type Duration = `${number}${"us" | "ms" | "s" | "m" | "h" | "d" | "w"}`;

const UNITS: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
  w: 604_800_000_000,
};
const CALENDAR = /^\d+\s*(mo|month|months|y|yr|year|years|q|quarter|quarters|M|Y)$/;

/** A duration's microseconds: exact, and below 2^53 (285 years), so a number holds it. */
export function durationMicros(text: Duration, place?: string): number {
  const at = place === undefined ? {} : { place };
  if (CALENDAR.test(text)) {
    throw new LockstepError({
      code: "DURATION_CALENDAR",
      ...at,
      what: `'${text}' has no fixed length`,
      mend: "months and years differ in length: write days, such as '30d' or '365d'",
    });
  }
  const match = /^(\d+)(us|ms|s|m|h|d|w)$/.exec(text);
  const micros = match ? Number(match[1]) * (UNITS[match[2] ?? ""] ?? Number.NaN) : Number.NaN;
  if (!Number.isSafeInteger(micros)) {
    throw new LockstepError({
      code: "DURATION_INVALID",
      ...at,
      what: `'${text}' is not a duration`,
      mend: "write a whole number and a unit (us, ms, s, m, h, d, w), such as '90s', '5m', '3h' or '7d'",
    });
  }
  return micros;
}

/** The shortest text for a number of microseconds: `formatDuration(10_800_000_000)` is `3h`. */
export function formatDuration(micros: number): Duration {
  if (micros === 0) return "0s";
  const unit = ["d", "h", "m", "s", "ms"].find((u) => micros % (UNITS[u] ?? 1) === 0) ?? "us";
  return `${micros / (UNITS[unit] ?? 1)}${unit}` as Duration;
}
