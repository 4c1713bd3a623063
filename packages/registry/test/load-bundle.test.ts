import { loadBundle } from "@lockstep/registry";
import { expect, test } from "vitest";

const bytes = (code: string) => new TextEncoder().encode(code);
const text = '{ kind: "string", ir: { kind: "string" } }';
const airport = `export const airport = { declares: "entity", name: "airport", keys: { origin: ${text} } };`;

test("what a bundle exports is compiled, once for the same bytes", async () => {
  const repo = await loadBundle("flights", bytes(airport));
  expect(repo.ir.entities).toEqual([{ name: "airport", keys: [{ name: "origin", type: { kind: "string" } }] }]);
  expect(await loadBundle("flights", bytes(airport))).toBe(repo);
  expect((await loadBundle("other", bytes(airport))).ir.project).toBe("other");
});

test("a bundle that fails says why", async () => {
  await expect(loadBundle("p", bytes("export const a = undefined_thing.x;"))).rejects.toThrow(
    "REPO_LOAD at the feature repo: it failed while it was loaded: undefined_thing is not defined",
  );
  await expect(loadBundle("p", bytes("const a = 1;"))).rejects.toMatchObject({ code: "REPO_EMPTY" });
});

test("an error of the bundle's own core keeps its code", async () => {
  const thrown = `throw Object.assign(new Error("X"), { name: "LockstepError", diagnostics: [{ code: "X", what: "no" }] });`;
  await expect(loadBundle("p", bytes(thrown))).rejects.toMatchObject({ code: "X" });
});

test("a stack trace names the bundle and does not quote it", async () => {
  const code = `export const fail = () => { throw new Error("no"); };\n${airport} fail();`;
  const error = await loadBundle("p", bytes(code)).catch((e) => e);
  expect(error.cause.stack).toMatch(/lockstep-bundle-[0-9a-f]{12}\.mjs:1:/);
  expect(error.cause.stack).not.toContain("base64");
});
