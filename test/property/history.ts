import fc from "fast-check";
import { type Case, changingCases } from "./model.js";

/**
 * What happens to a store: `run` and `full` materialize at a later T, `again` at an older one, `range` fills one in, `both`
 * are two at once, `crash` is one that breaks off, `change` applies the next definition, `sweep` and `forget` remove.
 */
export const KINDS = ["run", "full", "again", "range", "both", "crash", "change", "sweep", "forget"] as const;
export type StepKind = (typeof KINDS)[number];

/** `at` and `to` pick instants of the case, `nth` a call, a key or the order of rows. */
export interface Step {
  readonly kind: StepKind;
  readonly at: number;
  readonly to: number;
  readonly jitter: bigint;
  readonly nth: number;
  readonly flag: boolean;
}

export interface History {
  /** The definitions, in the order in which they are applied. */
  readonly versions: readonly Case[];
  readonly lookback: bigint;
  readonly steps: readonly Step[];
}

const MINUTE = 60_000_000n;
const at = fc.nat(40);

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<StepKind>("run", "run", "run", ...KINDS, "crash", "change"),
    at,
    to: at,
    jitter: fc.constantFrom(0n, 0n, -1n, 1n),
    nth: fc.nat(15),
    flag: fc.boolean(),
  }),
  { minLength: 2, maxLength: 9 },
);

export const histories: fc.Arbitrary<History> = fc.record({
  versions: changingCases,
  lookback: fc.constantFrom(0n, 1n, MINUTE, 60n * MINUTE, 1440n * MINUTE),
  steps,
});
