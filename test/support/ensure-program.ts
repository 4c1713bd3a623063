import { execFileSync } from "node:child_process";

/** A program that the tests run, how it says its version, and how to come by it. */
export interface Program {
  readonly name: string;
  /** What it may be called elsewhere. */
  readonly others?: readonly string[];
  readonly version: string;
  readonly debian: string;
  readonly macos: string;
}

/** Sees to it that a program is on the PATH: on Debian, as root, by installing it. Gives the name that it goes by. */
export function ensureProgram({ name, others = [], version, debian, macos }: Program): string {
  const there = [name, ...others].find((known) => runs(known, version));
  if (there !== undefined) return there;
  if (process.getuid?.() === 0 && runs("apt-get", "--version")) {
    console.log(`${name} is not on the PATH: installing it with apt-get update and apt-get install ${debian}`);
    const options = { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } } as const;
    execFileSync("apt-get", ["update"], options);
    execFileSync("apt-get", ["install", "-y", "--no-install-recommends", debian], options);
    if (runs(name, version)) return name;
  }
  throw new Error(
    `The tests run ${name}, and it is not on the PATH: install it ` +
      `(Debian and Ubuntu: apt-get install ${debian}, macOS: brew install ${macos}).`,
  );
}

function runs(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
