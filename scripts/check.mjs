// Every check but the tests: types, lint and format, dependency arrows, and the docs' code.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name, command) => {
  const { bin: bins } = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
  return join(root, "node_modules", name, typeof bins === "string" ? bins : bins[command]);
};

const CHECKS = [
  ["types of the tests", [bin("typescript", "tsc"), "-p", "test/tsconfig.json"]],
  ["lint and format", [bin("@biomejs/biome", "biome"), "ci", "--error-on-warnings", "."]],
  ["dependency arrows", ["scripts/check-arrows.mjs"]],
  ["docs", ["scripts/check-docs.mjs"]],
];

let failed = 0;
for (const [what, args] of CHECKS) {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${what} (${seconds} s)`);
  if (status !== 0) failed++;
}
if (failed > 0) process.exitCode = 1;
