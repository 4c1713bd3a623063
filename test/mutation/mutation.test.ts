import { describe, expect, it } from "vitest";
import { mutated } from "./mutation.js";
import { MUTATIONS } from "./mutations/index.js";
import { tryOut } from "./try.js";

// `npm run mutate` tries them all, which takes minutes. Here: that all of them still apply, and that trying works.

describe("mutations", () => {
  it("have names of their own", () => {
    expect(new Set(MUTATIONS.map((m) => m.name)).size).toBe(MUTATIONS.length);
  });

  it.each(MUTATIONS.map((m) => [m.name, m] as const))(
    "%s: applies exactly once and changes something",
    (_, mutation) => {
      expect(mutated(mutation).length).toBeGreaterThan(0);
      expect(mutation.replace).not.toBe(mutation.find);
    },
  );

  it.each(["expired at exactly ttl", "online: upper edge swapped", "online: a key's watermark not checked"])(
    "%s: is seen by the tests",
    { timeout: 240_000 },
    async (name) => {
      const mutation = MUTATIONS.find((m) => m.name === name);
      if (!mutation) throw new Error(`there is no mutation '${name}'`);
      expect((await tryOut(mutation)).by).not.toBeNull();
    },
  );

  it("that no longer apply say so", () => {
    const stale = { name: "stale", file: "packages/core/src/window.ts", find: "no such text", replace: "" };
    expect(() => mutated(stale)).toThrow("the mutation 'stale' no longer applies: update it");
    expect(() => mutated({ ...stale, find: "const" })).toThrow("no longer applies: update it");
  });
});
