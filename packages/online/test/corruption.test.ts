import { isLockstepError, type StateLayout, stateLayout, type ViewIR } from "@lockstep/core";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { randomFrom } from "../../../test/support/random.js";
import { decodeState, encodeState } from "../src/codec.js";
import { evaluateState } from "../src/evaluate-state.js";
import { markBytes, readMark } from "../src/mark.js";
import { stateOf } from "./arbitraries.js";
import { stateBatchOf } from "./batch.js";
import { mutate, withChecksum } from "./mutate.js";
import { statisticsView } from "./statistics-view.js";
import { everyView, tenFloats, viewIR } from "./views.js";

// Most of the time would go into stacks that nobody reads.
Error.stackTraceLimit = 0;

/** `npm run fuzz -- decoder` sets how many, and another seed. */
const CASES = Number(process.env["LOCKSTEP_FUZZ_RUNS"] ?? 300_000);
const SEED = Number(process.env["LOCKSTEP_SEED"] ?? 7);
const T = 983_448_000_000_000n;

interface Sample {
  readonly view: ViewIR;
  readonly layout: StateLayout;
  readonly bytes: Uint8Array;
}

const samples: readonly Sample[] = [everyView, statisticsView, tenFloats].flatMap((declared) => {
  const view = viewIR(declared);
  const layout = stateLayout(view);
  return fc.sample(stateOf(layout), { numRuns: 40, seed: 1 }).map((state) => ({
    view,
    layout,
    bytes: encodeState(layout, stateBatchOf(layout, [], [state]), 0, { t: T, run: 3 }),
  }));
});
const sampleAt = (i: number): Sample => samples[i % samples.length] as Sample;

const codeOf = (attempt: () => unknown): string | null => {
  try {
    attempt();
    return null;
  } catch (error) {
    if (!isLockstepError(error)) throw error;
    return error.code;
  }
};

describe("damaged bytes", () => {
  const counts: Record<string, number> = {};
  const count = (code: string | null) => {
    counts[code ?? "read"] = (counts[code ?? "read"] ?? 0) + 1;
  };
  afterAll(() => console.info(`fuzzed with seed ${SEED}: ${JSON.stringify(counts)}`));

  it("are STATE_CORRUPT, whatever happened to them", { timeout: 3_600_000 }, () => {
    const random = randomFrom(SEED);
    const wrong: unknown[] = [];
    for (let i = 0; i < CASES / 2; i++) {
      const { layout, bytes } = sampleAt(i);
      const mutated = mutate(bytes, random, sampleAt(random(samples.length)).bytes);
      const code = codeOf(() => decodeState(layout, mutated));
      count(code);
      const same = Buffer.compare(bytes, mutated) === 0;
      // One that became another's: of the same layout it is right, of another it is seen.
      const another = !same && code !== "STATE_CORRUPT" && samples.some((s) => Buffer.compare(s.bytes, mutated) === 0);
      if (code !== (same ? null : "STATE_CORRUPT") && !another) wrong.push({ i, code, mutated });
    }
    expect(wrong).toEqual([]);
  });

  it("never fail in another way, even where their checksum is made right", { timeout: 3_600_000 }, () => {
    const random = randomFrom(SEED + 1);
    const codes = new Set<string | null>();
    for (let i = 0; i < CASES / 2; i++) {
      const { view, layout, bytes } = sampleAt(i);
      const sealed = withChecksum(mutate(bytes, random, sampleAt(random(samples.length)).bytes));
      const code = codeOf(() => {
        const state = decodeState(layout, sealed);
        evaluateState(view, layout, state, state.stamp.t + BigInt(random(7_200_000_000)));
      });
      codes.add(code);
      count(code);
    }
    const expected = ["AGGREGATE_OVERFLOW", "STATE_CORRUPT", "STATE_FORMAT", "STATE_LAYOUT", null];
    expect([...codes].filter((code) => !expected.includes(code))).toEqual([]);
    expect([...codes]).toEqual(expect.arrayContaining(["STATE_CORRUPT", "STATE_FORMAT", "STATE_LAYOUT", null]));
  });

  it("of a mark are refused, unless they are those of a mark", () => {
    const random = randomFrom(SEED + 2);
    // A Buffer's slice would be the same memory.
    const marks = [
      { t: T, run: 3 },
      { t: T, run: 9, floor: { t: T - 1n, run: 4 } },
    ].map((mark) => Uint8Array.from(markBytes(mark)));
    for (let i = 0; i < CASES / 50; i++) {
      const mutated = mutate(marks[i % 2] as Uint8Array, random, marks[(i + 1) % 2] as Uint8Array);
      // What looks like the format before is believed: that one has no checksum.
      const former = mutated[0] === 1 && (mutated.length === 13 || mutated.length === 25);
      const intact = former || marks.some((mark) => Buffer.compare(mark, mutated) === 0);
      expect(codeOf(() => readMark(mutated))).toBe(intact ? null : "STATE_CORRUPT");
    }
  });
});

describe("intact bytes", () => {
  const [{ layout, bytes }] = samples as readonly [Sample];

  it("of another format are STATE_FORMAT", () => {
    expect(codeOf(() => decodeState(layout, withChecksum(bytes.with(0, 2))))).toBe("STATE_FORMAT");
  });

  it("of another definition are STATE_LAYOUT", () => {
    expect(codeOf(() => decodeState(sampleAt(50).layout, bytes))).toBe("STATE_LAYOUT");
  });
});
