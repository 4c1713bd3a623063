import { floatOf } from "./evaluate-numbers.js";
import { parseDays } from "./instant.js";
import { type Call, int64Of, overflow } from "./overflow.js";
import type { Value } from "./wire.js";

const DAY = 86_400_000_000n;
/** The engine's timestamps begin with a midnight, and end before what stands for infinity. */
export const FIRST_INSTANT = -106_751_991n * DAY;
const INFINITY = 2n ** 63n - 1n;

/** Infinite timestamps are two integers that stand for them. */
export const isFiniteInstant = (at: bigint): boolean => at !== INFINITY && at !== -INFINITY;

const instantOf = (call: Call, at: bigint): bigint => {
  if (at < FIRST_INSTANT || at >= INFINITY) throw overflow(call, `${at} microseconds`);
  return at;
};

/** A number of units as microseconds: of a fraction floored. */
export function duration(call: Call): (amount: Value, unit: Value) => Value {
  const kind = call.args[0]?.type.kind;
  if (kind === "int32" || kind === "int64") {
    return (amount, unit) => int64Of(call, BigInt(amount as bigint) * BigInt(unit as bigint));
  }
  const float = floatOf(call, 0);
  return (amount, unit) => {
    const micros = Math.floor(float(amount) * Number(unit));
    if (!Number.isFinite(micros)) throw overflow(call, String(micros));
    return int64Of(call, BigInt(micros));
  };
}

/** An instant moved by so many times a duration. An infinite one stays where it is. */
export const moved =
  (times: 1n | -1n) =>
  (call: Call) =>
  (at: bigint, by: bigint): bigint => {
    const micros = int64Of(call, times * by);
    return isFiniteInstant(at) ? instantOf(call, at + micros) : at;
  };

export const midnight =
  (call: Call) =>
  (day: string): bigint =>
    midnightOf(day, (at) => overflow(call, `${at} microseconds`));

/** A date's 00:00 UTC; an infinite day's is infinite. */
export function midnightOf(day: string, beyond: (at: bigint) => Error): bigint {
  const days = parseDays(day) ?? 0;
  if (Math.abs(days) === 2 ** 31 - 1) return days < 0 ? -INFINITY : INFINITY;
  const at = BigInt(days) * DAY;
  if (at < FIRST_INSTANT || at >= INFINITY) throw beyond(at);
  return at;
}

/** A part of an instant's clock or calendar; an infinite one has none. */
export const partOf =
  (part: (at: bigint) => number) =>
  (at: bigint): number | null =>
    isFiniteInstant(at) ? part(at) : null;
