import { expect, test } from "vitest";
import { fakeStore, fs } from "./fake.js";

const PLAN = {
  isEmpty: false,
  codeChanged: true,
  bundle: new Uint8Array(3),
  changes: [
    { action: "add", kind: "feature view", name: "route_history", details: ["6 features"], materialize: true },
    {
      action: "change",
      kind: "feature view",
      name: "origin_delays",
      details: ["mean_delay_3h: window 3h → 4h", "owner: ops → data"],
      materialize: true,
    },
    { action: "remove", kind: "source", name: "old", details: [], materialize: false },
  ],
};
const NONE = { isEmpty: true, codeChanged: false, changes: [] };

test("a plan", async () => {
  const { code, out } = await fs("plan", { store: fakeStore({ plan: async () => PLAN }) });
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "  + feature view route_history  (to materialize)
          6 features
      ~ feature view origin_delays  (to materialize)
          mean_delay_3h: window 3h → 4h
          owner: ops → data
      - source old
      ~ the code of on-demand features

    To materialize: route_history, origin_delays
    Environment dev: 1 to add, 1 to change, 1 to remove; on-demand code changes.
    "
  `);
});

test("a plan as JSON holds what it says and no more", async () => {
  const { out, err } = await fs("plan --json", { store: fakeStore({ plan: async () => PLAN }) });
  const { bundle: _, ...rest } = PLAN;
  expect(JSON.parse(out)).toEqual({ environment: "dev", ...rest });
  expect(err).toBe("");
});

test("no changes", async () => {
  const store = fakeStore({ plan: async () => NONE, apply: async () => ({ plan: NONE, version: null }) });
  expect((await fs("plan", { store })).out).toMatchInlineSnapshot(`
    "No changes. Environment dev has what is declared.
    "
  `);
  expect((await fs("apply", { store })).out).toBe((await fs("plan", { store })).out);
});

test("apply shows the plan and the new version", async () => {
  const store = fakeStore({ apply: async () => ({ plan: PLAN, version: { version: 3 } }) });
  expect((await fs("apply", { store })).out).toMatchInlineSnapshot(`
    "  + feature view route_history  (to materialize)
          6 features
      ~ feature view origin_delays  (to materialize)
          mean_delay_3h: window 3h → 4h
          owner: ops → data
      - source old
      ~ the code of on-demand features

    To materialize: route_history, origin_delays
    Environment dev: 1 to add, 1 to change, 1 to remove; on-demand code changes.
    Applied as version 3. Next: fs materialize route_history origin_delays
    "
  `);
  expect(JSON.parse((await fs("apply --json", { store })).out)).toMatchObject({ version: 3, dryRun: false });
});

test("apply --dry-run applies nothing", async () => {
  const store = fakeStore({ plan: async () => PLAN, apply: () => Promise.reject(new Error("applied")) });
  const { code, out } = await fs("apply --dry-run", { store });
  expect(code).toBe(0);
  expect(out).toMatch(/Nothing was applied: this was a dry run\.\n$/);
});
