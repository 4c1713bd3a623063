import type { Value } from "@lockstep/core";

/** What a value becomes in a narrower type. A new way to lose is a new row. */
const NARROWER: Readonly<Record<string, (value: Value) => Value | undefined>> = {
  "32-bit float": (v) => (typeof v === "number" ? Math.fround(v) : undefined),
  "64-bit float": (v) => (typeof v === "bigint" ? BigInt(Number(v)) : undefined),
  "whole number": (v) => (typeof v === "number" ? Math.trunc(v) : undefined),
  milliseconds: (v) => (typeof v === "bigint" ? (v / 1_000n) * 1_000n : undefined),
  seconds: (v) => (typeof v === "bigint" ? (v / 1_000_000n) * 1_000_000n : undefined),
};

/** How `got` was rounded from `right`; null where it was not. */
export function lossyType(right: Value, got: Value): string | null {
  if (right === null || got === null || got === 0 || got === 0n) return null;
  const found = Object.entries(NARROWER).find(([, narrow]) => Object.is(narrow(right), got));
  return found?.[0] ?? null;
}
