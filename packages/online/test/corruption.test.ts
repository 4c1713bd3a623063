import { crc32 } from "node:zlib";
import { isLockstepError } from "@lockstep/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeState, encodeState } from "../src/codec.js";
import { stateOf } from "./arbitraries.js";
import { stateBatchOf } from "./batch.js";
import { everyView, layoutOf, tenFloats } from "./views.js";

// Most of the time would go into stacks that nobody reads.
Error.stackTraceLimit = 0;

const MUTATIONS = 200_000;
const layouts = [layoutOf(everyView), layoutOf(tenFloats)];

type Random = (below: number) => number;

/** A small generator with a seed, so that a failure happens again. */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const MUTATORS: readonly ((bytes: Uint8Array, random: Random) => Uint8Array)[] = [
  (bytes, random) => bytes.with(random(bytes.length), random(256)),
  (bytes, random) => {
    const at = random(bytes.length);
    return bytes.with(at, (bytes[at] as number) ^ (1 << random(8)));
  },
  (bytes, random) => bytes.slice(0, random(bytes.length)),
  (bytes, random) => bytes.slice(random(bytes.length)),
  (bytes, random) => Uint8Array.of(...bytes, random(256)),
  (bytes, random) => bytes.slice().fill(random(256), random(bytes.length), random(bytes.length)),
  (bytes, random) => bytes.slice().copyWithin(random(bytes.length), random(bytes.length), random(bytes.length)),
  (bytes, random) => {
    const at = random(bytes.length);
    return Uint8Array.of(...bytes.slice(0, at), ...bytes.slice(at + 1 + random(4)));
  },
];

function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let mutated = bytes;
  for (let times = 1 + random(3); times > 0 && mutated.length > 0; times--) {
    mutated = (MUTATORS[random(MUTATORS.length)] as (typeof MUTATORS)[number])(mutated, random);
  }
  return mutated;
}

function withChecksum(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 4) return bytes;
  const out = bytes.slice();
  new DataView(out.buffer).setUint32(out.length - 4, crc32(out.subarray(0, -4)), true);
  return out;
}

function codeOf(attempt: () => unknown): string | null {
  try {
    attempt();
    return null;
  } catch (error) {
    if (!isLockstepError(error)) throw error;
    return error.code;
  }
}

const samples = layouts.flatMap((layout) =>
  fc.sample(stateOf(layout), { numRuns: 40, seed: 1 }).map((state) => ({
    layout,
    bytes: encodeState(layout, stateBatchOf(layout, [], [state]), 0, { t: 983_448_000_000_000n, run: 3 }),
  })),
);

describe("damaged bytes", () => {
  it("are STATE_CORRUPT, whatever happened to them", () => {
    const random = randomFrom(7);
    const wrong: unknown[] = [];
    for (let i = 0; i < MUTATIONS; i++) {
      const { layout, bytes } = samples[i % samples.length] as (typeof samples)[number];
      const mutated = mutate(bytes, random);
      const code = codeOf(() => decodeState(layout, mutated));
      const same = Buffer.compare(bytes, mutated) === 0;
      if (code !== (same ? null : "STATE_CORRUPT")) wrong.push({ i, code, mutated });
    }
    expect(wrong).toEqual([]);
  });

  it("never fail in another way, even where their checksum is made right", () => {
    const random = randomFrom(8);
    const codes = new Set<string | null>();
    for (let i = 0; i < MUTATIONS / 2; i++) {
      const { layout, bytes } = samples[i % samples.length] as (typeof samples)[number];
      codes.add(codeOf(() => decodeState(layout, withChecksum(mutate(bytes, random)))));
    }
    expect([...codes].sort()).toEqual(["STATE_CORRUPT", "STATE_FORMAT", "STATE_LAYOUT", null].sort());
  });
});

describe("intact bytes", () => {
  const { layout, bytes } = samples[0] as (typeof samples)[number];

  it("of another format are STATE_FORMAT", () => {
    expect(codeOf(() => decodeState(layout, withChecksum(bytes.with(0, 2))))).toBe("STATE_FORMAT");
  });

  it("of another definition are STATE_LAYOUT", () => {
    expect(codeOf(() => decodeState(layouts[1] as (typeof layouts)[number], bytes))).toBe("STATE_LAYOUT");
  });
});
