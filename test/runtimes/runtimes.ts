import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { ensureProgram } from "../support/ensure-program.js";
import type { TroubledServer } from "./troubled-server.js";

/** Runs the bundled script with a Lockstep server's URL in some runtime, and gives what it says. */
export type Run = (script: string, server: string, troubled: TroubledServer) => Promise<string>;

const folder = fileURLToPath(new URL(".", import.meta.url));

const printed =
  (program: () => Promise<string>, ...args: readonly string[]): Run =>
  async (script, server, { url }) => {
    const child = spawn(await program(), [...args, script, server, url], { stdio: ["ignore", "pipe", "inherit"] });
    return text(child.stdout);
  };

export const RUNTIMES: Readonly<Record<string, Run>> = {
  node: printed(async () => process.execPath),
  deno: printed(() => installed("@deno", "deno"), "run", "--quiet", "--no-config", "--allow-net=127.0.0.1"),
  bun: printed(() => installed("@oven", "bin/bun")),
  chromium: inChromium,
};

/** The executable of this platform's package: npm installs only that one. No install script is needed for it. */
async function installed(scope: string, file: string): Promise<string> {
  install();
  const packages = join(folder, "node_modules", scope);
  for (const name of existsSync(packages) ? await readdir(packages) : []) {
    const program = join(packages, name, process.platform === "win32" ? `${file}.exe` : file);
    if (existsSync(program)) return program;
  }
  throw new Error(`${scope} has no package for ${process.platform} ${process.arch} that npm installed in ${folder}`);
}

function install(): void {
  const done = join(folder, "node_modules", ".package-lock.json");
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(join(folder, "package-lock.json")).mtimeMs) return;
  console.log("Installing Bun and Deno for the client's tests, once: npm ci in test/runtimes");
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
}

async function inChromium(_script: string, server: string, troubled: TroubledServer): Promise<string> {
  const program = ensureProgram({
    name: "chromium",
    others: ["chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"],
    version: "--version",
    debian: "chromium",
    macos: "--cask google-chrome",
  });
  const profile = await mkdtemp(join(tmpdir(), "lockstep-chromium-"));
  const result = troubled.result();
  const query = new URLSearchParams([server, troubled.url].map((url) => ["url", url]));
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, `${troubled.url}/?${query}`], {
    stdio: "ignore",
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    const early = ended.then(() =>
      Promise.reject(new Error(`${program} ended with ${child.exitCode} before its page was done`)),
    );
    return await Promise.race([result, early]);
  } finally {
    killGroup(child);
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A browser is several processes. */
function killGroup({ pid, exitCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null) process.kill(-pid, "SIGKILL");
}
