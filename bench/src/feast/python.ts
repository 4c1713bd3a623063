import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CACHE } from "../cache.js";

const REQUIREMENTS = fileURLToPath(new URL("../../feast/requirements.txt", import.meta.url));
const OLDEST = "3.11";
const INSTALL = `Feast needs Python ${OLDEST} or later with venv and pip: install it (Debian and Ubuntu: apt-get install python3 python3-venv, macOS: brew install python)`;

/** The Python of a virtual environment with the pinned Feast, which is made in the cache where it is not there yet. */
export async function feastPython(progress: (text: string) => void): Promise<string> {
  const system = systemPython();
  const hash = createHash("sha1")
    .update(await readFile(REQUIREMENTS))
    .digest("hex");
  const folder = join(CACHE, `feast-${hash.slice(0, 8)}`);
  const python = join(folder, ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]));
  const complete = join(folder, "complete");
  if (existsSync(complete)) return python;
  progress("installing Feast into bench/.cache");
  await rm(folder, { recursive: true, force: true });
  if (!runs(system, ["-m", "venv", folder], "inherit")) throw new Error(`python -m venv failed. ${INSTALL}`);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS];
  if (!runs(python, pip, "inherit")) throw new Error("pip could not install Feast: it says why above");
  await writeFile(complete, "");
  return python;
}

function systemPython(): string {
  const [major, minor] = OLDEST.split(".");
  const recent = `import sys, venv, ensurepip; sys.exit(sys.version_info < (${major}, ${minor}))`;
  const found = ["python3", "python"].find((name) => runs(name, ["-c", recent], "ignore"));
  if (found === undefined) throw new Error(INSTALL);
  return found;
}

/** What pip says goes to stderr: stdout is for figures. */
function runs(program: string, args: readonly string[], output: "inherit" | "ignore"): boolean {
  const to = output === "inherit" ? 2 : "ignore";
  return spawnSync(program, args, { stdio: ["ignore", to, to] }).status === 0;
}
