import { describe, expect, it } from "vitest";
import { lesserMark, markBytes, mergeMarks, readMark } from "../src/mark.js";
import type { Mark } from "../src/store.js";

const mark = (t: bigint, floor?: bigint): Mark => ({
  t,
  run: Number(t),
  ...(floor === undefined ? {} : { floor: { t: floor, run: Number(floor) } }),
});
/** Stores out there hold such bytes: see golden.test.ts. */
const BARE = "01800000000000000700000007";
const FLOORED = "01800000000000000700000007800000000000000300000003";

describe("a mark's bytes", () => {
  it("are what they were, with a floor and without", () => {
    expect([mark(7n), mark(7n, 3n)].map((m) => markBytes(m).toString("hex"))).toEqual([BARE, FLOORED]);
    expect([BARE, FLOORED].map((bytes) => readMark(Buffer.from(bytes, "hex")))).toEqual([mark(7n), mark(7n, 3n)]);
  });
});

describe("two marks", () => {
  const pairs: [Mark, Mark, merged: Mark, lesser: Mark][] = [
    [mark(1n), mark(2n), mark(2n), mark(1n)],
    [mark(1n, 1n), mark(2n), mark(2n, 1n), mark(1n)],
    [mark(9n, 3n), mark(7n, 7n), mark(9n, 7n), mark(7n, 3n)],
    [mark(9n, 7n), mark(8n, 3n), mark(9n, 7n), mark(8n, 3n)],
  ];

  it.each(pairs)(
    "where one is published upon the other, leave the greater stamp and the greater floor",
    (a, b, merged) => {
      expect(readMark(mergeMarks(markBytes(a), markBytes(b)))).toEqual(merged);
      expect(readMark(mergeMarks(markBytes(b), markBytes(a)))).toEqual(merged);
    },
  );

  it.each(pairs)("of parts of a store say the smaller stamp and the smaller floor", (a, b, _, lesser) => {
    expect(lesserMark(a, b)).toEqual(lesser);
    expect(lesserMark(b, a)).toEqual(lesser);
  });
});
