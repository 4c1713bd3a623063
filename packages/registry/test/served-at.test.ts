import { expect, test } from "vitest";
import { type AppliedVersion, type Run, servedAt } from "../src/index.js";

const service = { name: "s", members: [{ kind: "view", view: "v", alias: "v", keys: {}, features: [] }], inputs: [] };
const version = (number: number, generation: number, appliedAt: string) =>
  ({
    version: number,
    repo: { services: [service] },
    generations: { v: generation },
    appliedAt,
  }) as unknown as AppliedVersion;
const run = (generation: number, finishedAt: string) =>
  ({ generation, state: "complete", finishedAt }) as unknown as Run;

test("a version is served from the first run on that completes it", () => {
  const state = {
    versions: [version(1, 1, "2024-01-01T00:00"), version(2, 2, "2024-01-03T00:00")],
    runs: [run(1, "2024-01-02T00:00"), run(1, "2024-01-03T12:00"), run(2, "2024-01-04T00:00")],
  };
  const at = (day: string) => servedAt(state, `2024-01-${day}`)?.version ?? null;
  expect(at("00T00:00")).toBeNull();
  expect(["02T00:00", "03T13:00", "04T00:00", "09T00:00"].map(at)).toEqual([1, 1, 2, 2]);
});
