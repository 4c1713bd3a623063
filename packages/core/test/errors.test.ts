import { describe, expect, it } from "vitest";
import { caseClashes, didYouMean, isLockstepError, LockstepError, nearest } from "../src/index.js";

describe("a LockstepError", () => {
  it("is a line for each diagnostic: code, place, what, mend", () => {
    const error = new LockstepError([
      { code: "A_CODE", place: "here", what: "it is wrong", mend: "mend it" },
      { code: "B_CODE", what: "so is this" },
    ]);
    expect(error.message).toBe("A_CODE at here: it is wrong; mend it\nB_CODE: so is this");
    expect(error.code).toBe("A_CODE");
  });

  it("is one from any copy of the package, and nothing else is", () => {
    const other = Object.assign(new Error("A: b"), { name: "LockstepError", diagnostics: [] });
    expect([new LockstepError({ code: "A", what: "b" }), other].map(isLockstepError)).toEqual([true, true]);
    expect([new Error("A: b"), "A: b", null, { name: "LockstepError", diagnostics: [] }].map(isLockstepError)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("did you mean", () => {
  it.each([
    ["orign", ["destination", "origin"], "origin"],
    ["DELAY", ["delay"], "delay"],
    ["x", ["y", "abc"], "y"],
    ["delay", ["weather"], undefined],
    ["delay", [], undefined],
  ])("%s among %j: %s", (name, candidates, best) => {
    expect(nearest(name, candidates)).toBe(best);
    expect(didYouMean(name, candidates)).toBe(best === undefined ? "" : ` (did you mean '${best}'?)`);
  });
});

describe("names that clash", () => {
  it("are those equal when case is folded, each with the first of them", () => {
    expect(caseClashes(["a", "B", "A", "b", "c", "a"])).toEqual([
      ["a", "A"],
      ["B", "b"],
      ["a", "a"],
    ]);
  });
});
