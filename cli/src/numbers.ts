/** `1,234,567`. */
export const count = (n: number): string => n.toLocaleString("en-US", { maximumFractionDigits: 0 });

/** `1 row`, `2 rows`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** Three digits: `617/s`, `12.3k/s`, `1.23M/s`. */
export function rate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return "-";
  const [scaled, unit] =
    perSecond >= 1e6 ? [perSecond / 1e6, "M"] : perSecond >= 1e4 ? [perSecond / 1e3, "k"] : [perSecond, ""];
  return `${unit === "" ? count(scaled) : Number(scaled.toPrecision(3))}${unit}/s`;
}

/** How long something took: `0.03s`, `12.5s`, `2m 5s`. */
export function took(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)}s`;
  return seconds < 59.95 ? `${seconds.toFixed(1)}s` : span(seconds);
}

const UNITS = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
  [1, "s"],
] as const;

/** A length of time by its two greatest units: `3d 4h`, `5m`. */
export function span(seconds: number): string {
  const whole = Math.round(Math.abs(seconds));
  const first = UNITS.findIndex(([unit]) => whole >= unit);
  if (first === -1) return "0s";
  let rest = whole;
  const parts = UNITS.slice(first, first + 2).flatMap(([unit, name]) => {
    const n = Math.floor(rest / unit);
    rest -= n * unit;
    return n === 0 ? [] : [`${n}${name}`];
  });
  return (seconds < 0 ? "-" : "") + parts.join(" ");
}
