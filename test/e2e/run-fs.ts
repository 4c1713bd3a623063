import { type ChildProcess, execFile, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const workspace = fileURLToPath(new URL("../..", import.meta.url));
const main = fileURLToPath(new URL("../../cli/dist/main.js", import.meta.url));

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the built `fs` as a process of its own. */
export function fs(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return run(process.execPath, [main, ...args], cwd, env);
}

export function run(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      { cwd, env: { ...process.env, NO_COLOR: "1", ...env }, maxBuffer: 64 << 20 },
      (error, out, err) => resolve({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    );
  });
}

/** Starts `fs serve` on a free port and gives its URL; `stop` ends it as an operator would. */
export async function serve(cwd: string, args: readonly string[] = []) {
  const child = spawn(process.execPath, [main, "serve", "--port", "0", ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: "1" },
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      const found = /https?:\/\/[\d.]+:\d+/.exec(text)?.[0];
      if (found) resolve(found);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", (code) => reject(new Error(`fs serve ended with ${code}: ${text}`)));
  });
  return { url, pid: child.pid, stop: () => ended(child) };
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.kill("SIGTERM");
  });
}
