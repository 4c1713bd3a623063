import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));

/** What the TypeScript compiler says of a module of declarations that imports from `core`. */
export function typecheck(code: string, ...options: readonly string[]): string {
  // Other type checks leave out what begins with a dot.
  const folder = mkdtempSync(join(here, ".tmp-"));
  try {
    const config = {
      extends: "../../../../tsconfig.base.json",
      compilerOptions: { composite: false, declaration: false, sourceMap: false, noEmit: true },
      files: ["declarations.ts"],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    writeFileSync(join(folder, "declarations.ts"), code.replace('"core"', '"../../src/index.js"'));
    const { stdout, stderr } = spawnSync(process.execPath, [tsc, "-p", folder, ...options], { encoding: "utf8" });
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
