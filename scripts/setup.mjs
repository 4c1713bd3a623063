// Installs what the lockfile says, where that has not been done yet, and builds. Needs nothing but Node and npm.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Lockstep needs Node 20.19 or later, and this is ${process.versions.node}: install a newer one.`);
  process.exit(1);
}

const installed = join(root, "node_modules", ".package-lock.json");
const lockfile = join(root, "package-lock.json");
const fresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs;
const run = (file, args) => execFileSync(process.execPath, [file, ...args], { cwd: root, stdio: "inherit" });

function step(text, work) {
  const started = performance.now();
  process.stderr.write(`${text} ...`);
  work();
  process.stderr.write(` ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

try {
  if (!fresh) {
    step("Installing packages", () =>
      execFileSync(
        process.env.npm_execpath ? process.execPath : "npm",
        [
          ...(process.env.npm_execpath ? [process.env.npm_execpath] : []),
          "ci",
          "--no-audit",
          "--no-fund",
          "--loglevel=error",
        ],
        {
          cwd: root,
          stdio: ["ignore", "ignore", "inherit"],
          shell: process.platform === "win32" && !process.env.npm_execpath,
        },
      ),
    );
  }
  const { bin } = JSON.parse(readFileSync(join(root, "node_modules/typescript/package.json"), "utf8"));
  step("Building", () => run(join("node_modules/typescript", bin.tsc), ["-b"]));
} catch (error) {
  process.stderr.write(`\nThat failed${error.status === undefined ? `: ${error.message}` : ""}.\n`);
  process.exit(1);
}
