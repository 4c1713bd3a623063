import type { AggregateName, AggregateParams } from "./ir.js";

export type ParamName = keyof AggregateParams;

interface ParamRow {
  readonly holds: (value: number) => boolean;
  /** `must be ...`. */
  readonly must: string;
  readonly mend: string;
}

/** The most values that firstN and lastN keep: they lie in every tile. */
const MOST = 10_000;

const PARAMS: { readonly [K in ParamName]: ParamRow } = {
  n: {
    holds: (n) => Number.isInteger(n) && n >= 1 && n <= MOST,
    must: `must be a whole number from 1 to ${MOST}`,
    mend: "write lastN(x, 10) for the ten newest values",
  },
  p: {
    holds: (p) => p >= 0 && p <= 1,
    must: "must be a number from 0 to 1",
    mend: "write 0.95 for the 95th percentile",
  },
};

/** What is wrong with a parameter, and how to mend it, or null. */
export function paramProblem(
  aggregate: AggregateName,
  name: ParamName,
  value: unknown,
): { readonly what: string; readonly mend: string } | null {
  const { holds, must, mend } = PARAMS[name];
  if (typeof value === "number" && holds(value)) return null;
  return { what: `${aggregate}'s ${name} ${must}, not ${String(value)}`, mend };
}
