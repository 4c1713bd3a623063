import { EMPTY_STATE, type Entry, fold } from "@lockstep/registry";
import { expect, test } from "vitest";

const at = "2001-01-01T00:00:00Z";
const started = (sequence: number): Entry => ({
  sequence,
  event: { kind: "runStarted", view: "v", generation: 1, watermark: "5", at },
});
const finished = (sequence: number, run: number): Entry => ({
  sequence,
  event: { kind: "runFinished", run, state: "complete", keys: 2, at },
});

test("the state is a fold, in pieces or at once, and what was given stays as it was", () => {
  const entries = [started(1), started(2), finished(3, 1)];
  const whole = fold(EMPTY_STATE, entries);
  const half = fold(EMPTY_STATE, entries.slice(0, 2));
  expect(fold(half, entries.slice(2))).toEqual(whole);
  expect(half.runs.map((r) => r.state)).toEqual(["running", "running"]);
  expect(whole.runs).toEqual([
    { run: 1, view: "v", generation: 1, watermark: "5", state: "complete", startedAt: at, finishedAt: at, keys: 2 },
    { run: 2, view: "v", generation: 1, watermark: "5", state: "running", startedAt: at },
  ]);
  expect(fold(whole, [])).toBe(whole);
});

test("what cannot have happened is refused", () => {
  expect(() => fold(EMPTY_STATE, [started(2)])).toThrow(/REGISTRY_CORRUPT at entry 2/);
  expect(() => fold(EMPTY_STATE, [started(1), finished(2, 1), finished(3, 1)])).toThrow(/run 1, which is not running/);
});
