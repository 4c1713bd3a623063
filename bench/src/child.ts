import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CACHE } from "./cache.js";
import { timed } from "./measure.js";

export interface Told<T> {
  /** From starting the program to its end, in seconds. */
  readonly process: number;
  /** The last line that it wrote, which is JSON. */
  readonly told: T;
}

/**
 * Runs a program in a process of its own, which leaves what it spills to the disk in the cache's folder. What it writes
 * to stderr is for `progress`, or told if it fails.
 */
export async function runAlone<T>(
  program: string,
  args: readonly string[],
  progress?: (text: string) => void,
): Promise<Told<T>> {
  const { seconds, result } = await timed(() => lastLine(program, args, progress));
  return { process: seconds, told: JSON.parse(result) as T };
}

/** As `runAlone`, with a module of the benchmarks: a path relative to them. */
export function runModule<T>(
  path: string,
  args: readonly string[],
  progress?: (text: string) => void,
): Promise<Told<T>> {
  return runAlone(process.execPath, [fileURLToPath(new URL(path, import.meta.url)), ...args], progress);
}

function lastLine(program: string, args: readonly string[], progress?: (text: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: CACHE, stdio: ["ignore", "pipe", "pipe"] });
    const kill = (): boolean => child.kill("SIGKILL");
    process.once("exit", kill);
    let output = "";
    const errors: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    createInterface(child.stderr).on("line", (line) => {
      errors.push(line);
      progress?.(line);
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("exit", kill);
      if (code === 0) return resolve(output.trimEnd().split("\n").at(-1) ?? "");
      const how = signal ? `was ended by ${signal}` : `failed with ${code}`;
      reject(new Error(`${[program, ...args].join(" ")} ${how}:\n${errors.join("\n")}`));
    });
  });
}
