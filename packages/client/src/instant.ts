const DAY = 86_400_000_000n;
// The calendar repeats every 400 years. Counted from 2000 it stays within what a Date holds; int64 goes beyond.
const CYCLE = 146_097n * DAY;
const FROM_2000 = 10_957n * DAY;
const PATTERN = /^([+-]\d{6}|\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{6})Z$/;

/** UTC microseconds as ISO 8601 with six digits after the second. */
export function formatInstant(micros: bigint): string {
  const cycle = floorDiv(micros - FROM_2000, CYCLE);
  const rest = micros - cycle * CYCLE;
  const date = new Date(Number(floorDiv(rest, 1000n)));
  const year = date.getUTCFullYear() + Number(cycle) * 400;
  const digits = String(rest - floorDiv(rest, 1_000_000n) * 1_000_000n).padStart(6, "0");
  return `${formatYear(year)}${date.toISOString().slice(4, 19)}.${digits}Z`;
}

/** The server's form of an instant as UTC microseconds; undefined for any other text. */
export function parseInstant(text: string): bigint | undefined {
  const [, year, month, day, hour, minute, second, digits] = PATTERN.exec(text) ?? [];
  if (year === undefined || digits === undefined) return undefined;
  const cycle = Math.floor((Number(year) - 2000) / 400);
  const near = Number(year) - cycle * 400;
  const millis = Date.UTC(near, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return BigInt(millis) * 1000n + BigInt(digits) + BigInt(cycle) * CYCLE;
}

const formatYear = (year: number): string =>
  year >= 0 && year <= 9999
    ? String(year).padStart(4, "0")
    : `${year < 0 ? "-" : "+"}${String(Math.abs(year)).padStart(6, "0")}`;

function floorDiv(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b < 0n ? q - 1n : q;
}
