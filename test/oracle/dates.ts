const DAY_MS = 86_400_000;
const DAY_US = 86_400_000_000n;

/** Days since 1970-01-01. */
export function dayNumber(date: string): bigint {
  const parts = /^([+-]?\d{4,})-(\d\d)-(\d\d)$/.exec(date);
  if (parts === null) throw new Error(`not a date: ${date}`);
  const year = Number(parts[1]);
  const month = Number(parts[2]);
  const day = Number(parts[3]);
  const at = new Date(0);
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  at.setUTCFullYear(year, month - 1, day);
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) throw new Error(`not a date: ${date}`);
  return BigInt(Math.floor(at.getTime() / DAY_MS));
}

/** Section 1: a date is 00:00 UTC of that day. */
export function dateToInstant(date: string): bigint {
  return dayNumber(date) * DAY_US;
}
