import fc from "fast-check";
import { type Case, changingCases } from "./model.js";
import { type PushStep, pushSteps } from "./pushes.js";

/**
 * What happens to a store: `run` and `full` materialize at a later T, `again` at an older one, `range` fills one in, `both`
 * are two at once, `crash` is one that breaks off, `change` applies the next definition, `sweep` and `forget` remove.
 */
export const KINDS = ["run", "full", "again", "range", "both", "crash", "change", "sweep", "forget"] as const;
export type StepKind = (typeof KINDS)[number];

/** `at` and `to` pick instants of the case, `nth` a call, a key or the order of rows. */
export interface RunStep {
  readonly kind: StepKind;
  readonly at: number;
  readonly to: number;
  readonly jitter: bigint;
  readonly nth: number;
  readonly flag: boolean;
}

export type Step = RunStep | PushStep;

export interface History {
  /** The definitions, in the order in which they are applied. */
  readonly versions: readonly Case[];
  readonly lookback: bigint;
  readonly steps: readonly Step[];
}

const MINUTE = 60_000_000n;
const at = fc.nat(40);

export const runSteps = (...kinds: readonly StepKind[]): fc.Arbitrary<RunStep> =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    at,
    to: at,
    jitter: fc.constantFrom(0n, 0n, -1n, 1n),
    nth: fc.nat(15),
    flag: fc.boolean(),
  });
const runStep = runSteps("run", "run", "run", ...KINDS, "crash", "change");

const historiesOf = (versions: fc.Arbitrary<readonly Case[]>, step: fc.Arbitrary<Step>): fc.Arbitrary<History> =>
  fc.record({
    versions,
    lookback: fc.constantFrom(0n, 1n, MINUTE, 60n * MINUTE, 1440n * MINUTE),
    steps: fc.array(step, { minLength: 2, maxLength: 9 }),
  });

export const histories = historiesOf(changingCases, runStep);

/** Of sources whose rows are pushed too, between runs and before the first. */
export const pushHistories = historiesOf(
  changingCases.filter(([first]) => first?.push === true && first.rows.length > 1),
  fc.oneof(runStep, pushSteps),
);
