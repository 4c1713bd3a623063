import { floorDiv } from "./instant.js";

export type LocalTime = { readonly at: bigint } | { readonly wrong: "exists twice" | "does not exist" };

const DAY = 86_400_000_000n;

/** A zone's local time, in microseconds as if it were UTC, as the instant that it is. */
export function fromLocal(local: bigint, zone: string): LocalTime {
  // The offsets of a day before and a day after: in a gap neither gives it back, in an overlap both do.
  const before = local - offsetAt(local - DAY, zone);
  const after = local - offsetAt(local + DAY, zone);
  if (before === after) return { at: before };
  const fits = (utc: bigint) => utc + offsetAt(utc, zone) === local;
  if (fits(before)) return fits(after) ? { wrong: "exists twice" } : { at: before };
  return fits(after) ? { at: after } : { wrong: "does not exist" };
}

/** What a zone's clocks are ahead of UTC, in microseconds. */
function offsetAt(utc: bigint, zone: string): bigint {
  const seconds = Number(floorDiv(utc, 1_000_000n));
  const parts = Object.fromEntries(
    clockOf(zone)
      .formatToParts(seconds * 1000)
      .map((p) => [p.type, p.value]),
  );
  const part = (name: string) => Number(parts[name]);
  const year = parts["era"] === "BC" ? 1 - part("year") : part("year");
  const day = new Date(0).setUTCFullYear(year, part("month") - 1, part("day")) / 1000;
  const local = day + part("hour") * 3600 + part("minute") * 60 + part("second");
  return BigInt(local - seconds) * 1_000_000n;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const number = "numeric";
  const clock = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
    timeZone: zone,
    hourCycle: "h23",
    era: "short",
    year: number,
    month: number,
    day: number,
    hour: number,
    minute: number,
    second: number,
  });
  clocks.set(zone, clock);
  return clock;
}
