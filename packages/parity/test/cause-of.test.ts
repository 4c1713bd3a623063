import { expect, test } from "vitest";
import { causeOf, type Evidence, withSource } from "../src/cause-of.js";

const found = (value: number | null, error?: string) => ({
  value,
  status: value === null ? ("NULL" as const) : ("PRESENT" as const),
  ...(error === undefined ? {} : { error }),
});
const right = (value: number) => ({ ...found(value), allowed: 0 });
const mark = { t: 5n, run: 2 };
const state = { member: {} as never, key: new Uint8Array(), stamp: mark, mark };
const THIRD = 1 / 3;

interface Case {
  readonly offline?: number;
  readonly online?: ReturnType<typeof found>;
  readonly evidence?: Partial<Evidence>;
}

const cause = ({ offline = 10, online = found(11), evidence = {} }: Case) =>
  causeOf(
    { offline: found(offline), online, allowed: 0 },
    { rebuilt: found(offline), reread: online, states: [state], forgotten: false, withAllPushed: null, ...evidence },
  ).cause;

test.each<[string, Case]>([
  ["wrong state", {}],
  ["wrong state", { online: found(null, "STATE_LAYOUT") }],
  ["wrong state", { evidence: { states: [{ ...state, stamp: null }] } }],
  // The key still has a state: it is not the tombstone that took the value away.
  ["wrong state", { evidence: { forgotten: true } }],
  ["forgotten", { online: found(null), evidence: { forgotten: true, states: [{ ...state, stamp: null }] } }],
  ["corrupt", { online: found(null, "STATE_CORRUPT") }],
  ["unknown", { evidence: { reread: found(12) } }],
  ["unknown", { evidence: { rebuilt: found(11) } }],
  ["lossy type", { offline: THIRD, online: found(Math.fround(THIRD)) }],
  ["pushed only", { evidence: { withAllPushed: right(11), rebuilt: found(11) } }],
  // What the pushed rows give is neither what is served nor what a build gives.
  ["wrong state", { evidence: { withAllPushed: right(12), rebuilt: found(12) } }],
  ["unknown", { evidence: { withAllPushed: right(12), rebuilt: found(10) } }],
])("%s, case %#", (is, of) => {
  expect(cause(of)).toBe(is);
});

test("what became of the source decides only where a state looks wrong", () => {
  const wrong = { cause: "wrong state", evidence: "other bytes" } as const;
  expect(withSource(wrong, { is: "late", says: "late rows" })).toEqual({ cause: "late", evidence: "late rows" });
  expect(withSource(wrong, { is: "rewritten", says: "others" })).toEqual({ cause: "rewritten", evidence: "others" });
  expect(withSource(wrong, { is: "wrong", says: "the same" })).toEqual({
    cause: "wrong state",
    evidence: "other bytes; the same",
  });
  expect(withSource(wrong, { is: "not known", says: "nothing" }).cause).toBe("wrong state");
  expect(withSource({ ...wrong, unreadable: true }, { is: "rewritten", says: "others" }).cause).toBe("wrong state");
  expect(withSource({ ...wrong, unreadable: true }, { is: "late", says: "late rows" }).cause).toBe("late");
  const corrupt = { cause: "corrupt", evidence: "bytes" } as const;
  expect(withSource(corrupt, { is: "late", says: "late rows" })).toBe(corrupt);
});
