import fc from "fast-check";
import type { Row, Value } from "../oracle/index.js";
import { type History, runSteps, type Step } from "./history.js";
import { build, type Feature, knownAts, rowFeature, type WindowChoice, windowFeatureOf } from "./model.js";
import type { PushStep } from "./pushes.js";

const MINUTE = 60_000_000n;
const BASE = 1_700_000_000_000_000n;
const KEYS = ["p", "", "é|"];

/** What a version says, of one of few ids, that moves it to one of few keys. */
const said = {
  id: fc.constantFrom<Value>("1", "2"),
  k1: fc.constantFrom<Value>(...KEYS),
  version: fc.constantFrom<Value>(1n, 2n, 3n, 4n, 5n, 6n),
  gone: fc.constantFrom<Value>(false, false, false, false, false, true),
  a: fc.constantFrom<Value>(1n, 2n, 5n),
  b: fc.constantFrom<Value>(1.5, -2.25, 0.1),
  c: fc.constantFrom<Value>("x", "y"),
  g: fc.constantFrom<Value>(0, 1, 3),
};
const OTHERS: Row = { k2: 1n, d: true, e: 3.5, h: "1.25", part: 1 };

const row: fc.Arbitrary<Row> = fc
  .record({ happened: fc.nat(2), known: fc.nat(12), ...said })
  .map(({ happened, known, ...values }) => ({
    at: BASE + BigInt(happened) * MINUTE,
    known: BASE + BigInt(3 + known) * MINUTE,
    ...values,
    ...OTHERS,
  }));

/** All that happened counts, so that an event in the wrong key is seen there. */
const ever: WindowChoice = { size: "lifetime", options: { bounds: "(]", offset: "0s" } };
const long: WindowChoice = { size: "1d", options: { shape: "sliding", bounds: "[]", offset: "0s" } };
const features: fc.Arbitrary<readonly Feature[]> = fc.array(
  fc.oneof(rowFeature, windowFeatureOf(fc.constantFrom(ever, ever, long))),
  { minLength: 3, maxLength: 4 },
);

/** Mostly known after what the source has by then, so that it outlasts the runs that follow. */
const pushStep: fc.Arbitrary<PushStep> = fc.record({
  kind: fc.constant("push" as const),
  rows: fc.array(
    fc.record({
      row: fc.nat(9),
      changes: fc.record(said),
      at: fc.constantFrom(-1, -1, -2, -3, -5),
      jitter: fc.constantFrom(0n, MINUTE, 2n * MINUTE, 1n),
      asIs: fc.constantFrom(false, false, false, true),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  dies: fc.option(fc.nat(2), { nil: null, freq: 8 }),
  twice: fc.constantFrom(false, false, true),
});

/** Runs go on by a few instants each. */
const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.record({
      gap: fc.nat(3),
      step: fc.oneof(pushStep, runSteps("run", "run", "run", "run", "full", "crash", "both", "change")),
    }),
    {
      minLength: 4,
      maxLength: 9,
    },
  )
  .map((drawn) => {
    let at = 0;
    return drawn.map(({ gap, step }): Step => {
      at += gap;
      return step.kind === "push" ? step : { ...step, at, to: at + 1, jitter: 0n };
    });
  });

/**
 * Two ids whose versions come out of order and move between three keys, there and back, in the source and by pushes,
 * with runs in between: what one key says depends on what others were told.
 */
export const crowdedHistories: fc.Arbitrary<History> = fc
  .record({ rows: fc.array(row, { minLength: 3, maxLength: 10 }), first: features, second: features, steps })
  .map(({ rows, first, second, steps }) => {
    const choice = {
      base: BASE,
      keys: ["k1"],
      ttl: null,
      asOf: "<=",
      knownAt: knownAts[1],
      dense: "none",
      settle: 0,
      push: true,
    } as const;
    const versioning = { id: "id", version: "version", deleted: "gone" };
    const asks = KEYS.map((k1) => ({ row: 0, span: 0, times: 0n, jitter: 60n * MINUTE, k1, k2: null }));
    return {
      versions: [first, second].map((features) =>
        build({ ...choice, keys: [...choice.keys], versioning, features }, rows, asks, 0, 0n),
      ),
      lookback: 0n,
      steps,
    };
  });
