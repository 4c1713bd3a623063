import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { lesserMark, markBytes, mergeMarks, readMark } from "../src/mark.js";
import type { Mark } from "../src/store.js";
import { withChecksum } from "./mutate.js";

const mark = (t: bigint, floor?: bigint): Mark => ({
  t,
  run: Number(t),
  ...(floor === undefined ? {} : { floor: { t: floor, run: Number(floor) } }),
});
/** Stores out there hold such bytes: see golden.test.ts. */
const golden = JSON.parse(readFileSync(new URL("golden/marks.json", import.meta.url), "utf8")) as Record<
  "now" | "former",
  { readonly bare: string; readonly floored: string }
>;
const bytesOf = ({ bare, floored }: (typeof golden)["now"]) => [bare, floored].map((text) => Buffer.from(text, "hex"));

describe("a mark's bytes", () => {
  const marks = [mark(7n), mark(7n, 3n)];

  it("are what they were, with a floor and without", () => {
    expect(marks.map(markBytes)).toEqual(bytesOf(golden.now));
    expect(bytesOf(golden.now).map(readMark)).toEqual(marks);
  });

  it("of the format before, which has no checksum, are read", () => {
    expect(bytesOf(golden.former).map(readMark)).toEqual(marks);
  });

  it("of a format to come are told from damaged ones", () => {
    const [bare] = bytesOf(golden.now) as [Buffer];
    expect(() => readMark(withChecksum(bare.with(0, 3)))).toThrow("STATE_FORMAT");
    expect(() => readMark(bare.with(0, 3))).toThrow("STATE_CORRUPT");
    expect(() => readMark(withChecksum(Buffer.concat([bare, bare])))).toThrow("STATE_CORRUPT");
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
      expect(mergeMarks(a, b)).toEqual(merged);
      expect(mergeMarks(b, a)).toEqual(merged);
    },
  );

  it.each(pairs)("of parts of a store say the smaller stamp and the smaller floor", (a, b, _, lesser) => {
    expect(lesserMark(a, b)).toEqual(lesser);
    expect(lesserMark(b, a)).toEqual(lesser);
  });
});
