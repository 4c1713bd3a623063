import { join } from "node:path";
import type { OnDemand } from "@lockstep/core";
import { loadBundle } from "@lockstep/registry";
import { describe, expect, test } from "vitest";
import { bundleRepo } from "../src/bundle.js";
import { repoFolder } from "./repo-folder.js";

const bundle = (files: Readonly<Record<string, string>>) => {
  const root = repoFolder(files);
  return bundleRepo(join(root, "src/features.ts"), root);
};
const load = async (files: Readonly<Record<string, string>>) => loadBundle("p", await bundle(files));

/** A repo whose on-demand function gives what the expression does; `helper` runs it behind a call. */
const computing = (expression: string, more = "") => ({
  "src/features.ts": `import { hourOf, onDemand, t } from "@lockstep/core";
    import { helper } from "./helper.js";
    export const it = onDemand("it", { outputs: { y: t.float64() }, compute: (_, context) => ({ y: helper(context.t) }) });`,
  "src/helper.ts": `import { hourOf } from "lockstep"; ${more}
    export const helper = (at: bigint): any => ${expression};`,
});
const run = async (expression: string, more?: string) => {
  const { computations } = await load(computing(expression, more));
  return (computations.get("it") as OnDemand).compute({} as never, { t: 7_200_000_000n });
};

describe("bytes", () => {
  test("the same files give the same bytes wherever they lie, and none of them is a path", async () => {
    const files = { ...computing("hourOf(at)"), "src/legacy.cjs": "module.exports = { a: 1 };" };
    files["src/helper.ts"] += 'import legacy from "./legacy.cjs"; export const a = legacy.a;';
    const [one, two] = [await bundle(files), await bundle(files)];
    expect(Buffer.from(one).equals(Buffer.from(two))).toBe(true);
    expect(Buffer.from(one).toString()).not.toMatch(/lockstep-repo-|file:/);
  });

  test("comments do not change them, code does", async () => {
    const files = computing("1");
    const helper = files["src/helper.ts"];
    const one = Buffer.from(await bundle(files));
    expect(one.equals(Buffer.from(await bundle({ ...files, "src/helper.ts": `// why\n${helper}` })))).toBe(true);
    expect(one.equals(Buffer.from(await bundle(computing("2"))))).toBe(false);
  });
});

describe("what is refused", () => {
  const refused: [expression: string, name: string, more?: string][] = [
    ["Date.now()", "Date.now"],
    ["new Date(0).getTime()", "Date"],
    ["+Date", "Date"],
    ["Math.random()", "Math.random"],
    ["random()", "Math.random", "const { random } = Math;"],
    ["performance.now()", "performance.now"],
    ["performance.timeOrigin + 1", "performance.timeOrigin"],
    ['fetch("https://example.org")', "fetch"],
    ["new Intl.NumberFormat().format(1)", "Intl.NumberFormat"],
    ["process.env.HOME", "process.env"],
    ["process.hrtime()", "process.hrtime"],
    ["crypto.randomUUID()", "crypto.randomUUID"],
    ["setTimeout(() => {}, 1)", "setTimeout"],
    ["globalThis.Date.now()", "Date.now"],
    ['globalThis["Date"].now()', "Date.now"],
    ["(globalThis as any).globalThis.Math.random()", "Math.random"],
    ["global.process.env.HOME", "process.env", "declare const global: any;"],
  ];
  test.each(refused)("%s", async (expression = "", name, more = "") => {
    const error: Error = await run(expression, more).then(String, (e) => e);
    expect(error).toMatchObject({ name: "LockstepError", code: "ON_DEMAND_IMPURE" });
    expect(error.message).toContain(`it uses '${name}'`);
    expect(error.message).toMatch(/^ON_DEMAND_IMPURE: it uses .*, so two runs could differ; compute from the request/);
  });

  test("in the function itself it is refused before anything runs", async () => {
    const files = {
      "src/features.ts": `import { onDemand, t } from "@lockstep/core";
        export const it = onDemand("it", { outputs: { y: t.float64() }, compute: () => ({ y: Date.now() + Math.random() }) });`,
    };
    await expect(load(files)).rejects.toThrow(
      "ON_DEMAND_IMPURE at on-demand feature 'it': its function uses 'Date', so two runs could differ",
    );
  });

  test("declarations cannot depend on the machine either", async () => {
    await expect(load(computing("1", "export const path = process.env.DATA;"))).rejects.toThrow(
      /it uses 'process.env'/,
    );
  });
});

test.each([
  ["hourOf(at)", 2],
  ["Math.floor(2.5) + Math.max(1, 2)", 4],
  ['typeof Date === "function" ? 1 : 0', 1],
  ["at instanceof Date ? 1 : 0", 0],
  ['process.env.NODE_ENV === "production" ? 1 : 0', 1],
  ["((Date: number) => Date)(3)", 3],
  ["({ process: 5 }).process", 5],
  ["globalThis.structuredClone(6)", 6],
])("%s is allowed", async (expression, value) => {
  expect(await run(expression)).toEqual({ y: value });
});

test("a library may look at clocks when it is loaded, as long as nothing runs them", async () => {
  const library = "const now = Date.now; const start = () => performance.now(); const root = globalThis.Date;";
  expect(await run("1", library)).toEqual({ y: 1 });
});

describe("mistakes", () => {
  const mistake = (code: string) => bundle({ "src/features.ts": code });
  test.each([
    ["export const a = ;", 'REPO_BUNDLE at src/features.ts:1:18: Unexpected ";"; correct the code there'],
    [
      'export * from "./gone.js";',
      'REPO_BUNDLE at src/features.ts:1:15: Could not resolve "./gone.js"; correct the path, or install the package',
    ],
    [
      'import "node:fs";',
      'REPO_BUNDLE at src/features.ts:1:8: Could not resolve "node:fs"; features run in any runtime: leave Node\'s own modules out',
    ],
    [
      'import "https://example.org/a.js";',
      "REPO_BUNDLE at 'https://example.org/a.js': it is imported from elsewhere, so it is not in the bundle; import from files or packages on this machine",
    ],
    [
      'import { openStore } from "lockstep"; export const s = openStore;',
      /REPO_BUNDLE at src\/features.ts:1:10: No matching export in .* for import "openStore"/,
    ],
  ])("%s", async (code, message) => {
    await expect(mistake(code)).rejects.toThrow(message);
  });

  test("all of them are told", async () => {
    const error = await mistake('import "./a.js";\nimport "./b.js";').catch((e) => e);
    expect(error.diagnostics.map((d: { place: string }) => d.place)).toEqual([
      "src/features.ts:1:8",
      "src/features.ts:2:8",
    ]);
  });
});
