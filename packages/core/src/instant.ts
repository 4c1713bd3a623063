import { LockstepError } from "./errors.js";

/**
 * An instant is a bigint of UTC microseconds since 1970-01-01T00:00Z: 64 bits, signed, as in DuckDB and Arrow.
 * A JavaScript `Date` keeps milliseconds only, so it is never used for one.
 */
export type Instant = bigint;

const PATTERN =
  /^([+-]\d{6}|\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;
const DAY = 86_400_000_000n;

/**
 * Reads ISO 8601 text. Without a zone the text is UTC; digits beyond the microsecond are floored.
 * @example instant("2001-03-01T12:00Z") // 983448000000000n
 */
export function instant(text: string | bigint): Instant {
  if (typeof text === "bigint") return text;
  const parsed = tryInstant(text);
  if (parsed === null) {
    throw new LockstepError({
      code: "INSTANT_INVALID",
      what: `'${text}' is not an instant`,
      mend: "write it as 2001-03-01T12:00:00Z, with up to six digits after the second",
    });
  }
  return parsed;
}

/** As `instant`, but null where the text is no instant. */
export function tryInstant(text: string): Instant | null {
  const match = PATTERN.exec(text.trim());
  if (!match) return null;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = match;
  const days = daysFromCivil(Number(year), Number(month), Number(day));
  if (days === null) return null;
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || m > 59 || s > 59) return null;
  const offset = zoneSeconds(zone);
  if (offset === null) return null;
  const micros = BigInt(fraction.padEnd(6, "0").slice(0, 6));
  const value = BigInt(days) * DAY + BigInt(h * 3600 + m * 60 + s - offset) * 1_000_000n + micros;
  return value < MIN || value > MAX ? null : value;
}

/** ISO 8601 in UTC with exactly six digits after the second, so that nothing is lost and text sorts as time does. */
export function formatInstant(value: Instant): string {
  const second = floorDiv(value, 1_000_000n);
  const micros = Number(value - second * 1_000_000n);
  return `${formatSecond(second)}.${String(MILLION + micros).slice(1)}Z`;
}

const MILLION = 1_000_000;

// Many instants are of the same second: each answer says when it is of, and what it was materialized at.
const MOST_KNOWN = 1_000;
const known = new Map<bigint, string>();

function formatSecond(second: bigint): string {
  const present = known.get(second);
  if (present !== undefined) return present;
  const date = formatDays(Number(floorDiv(second, 86_400n)));
  const ofDay = Number(floorMod(second, 86_400n));
  const clock = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60].map(two).join(":");
  const text = `${date}T${clock}`;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(second, text);
  return text;
}

/** `2001-03-01` as days since 1970-01-01 in 32 bits, or null where there is no such day. */
export function parseDays(text: string): number | null {
  const match = /^([+-]\d{6,7}|\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const days = match ? daysFromCivil(Number(match[1]), Number(match[2]), Number(match[3])) : null;
  return days === null || days !== (days | 0) ? null : days;
}

/** Days since 1970-01-01 as `2001-03-01`. */
export function formatDays(days: number): string {
  const [year, month, day] = civilFromDays(days);
  const text =
    year >= 0 && year <= 9999
      ? String(year).padStart(4, "0")
      : (year < 0 ? "-" : "+") + String(Math.abs(year)).padStart(6, "0");
  return `${text}-${two(month)}-${two(day)}`;
}

/** The hour of an instant in UTC, 0 to 23. */
export const hourOf = (at: Instant): number => Number(floorMod(at, DAY) / 3_600_000_000n);

/** The weekday of an instant in UTC, 1 (Monday) to 7 (Sunday), as in ISO 8601. */
export const weekdayOf = (at: Instant): number => Number(floorMod(floorDiv(at, DAY) + 3n, 7n)) + 1;

/** Division rounded towards minus infinity. */
export function floorDiv(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? q - 1n : q;
}

const floorMod = (a: bigint, b: bigint): bigint => a - floorDiv(a, b) * b;

/** The greatest multiple of `hop` at or below `at`, on a grid that starts at the Unix epoch. */
export const floorTo = (at: Instant, hop: bigint): Instant => floorDiv(at, hop) * hop;

const two = (n: number) => String(n).padStart(2, "0");

function zoneSeconds(zone: string): number | null {
  if (zone === "Z" || zone === "z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(":", "") || "0");
  if (hours > 23 || minutes > 59) return null;
  return (zone[0] === "-" ? -1 : 1) * (hours * 3600 + minutes * 60);
}

// Howard Hinnant's civil calendar: years start in March, so that a leap day is a year's last.
function daysFromCivil(year: number, month: number, day: number): number | null {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const length = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  if (length === undefined || day < 1 || day > length) return null;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

function civilFromDays(days: number): [year: number, month: number, day: number] {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted + (shifted < 10 ? 3 : -9);
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return [year, month, dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1];
}
