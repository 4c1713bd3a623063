import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface ServerProcess {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts `serving.js` in a process of its own. */
export function startServing(side: "ours" | "peer", ...args: string[]): Promise<ServerProcess> {
  const program = fileURLToPath(new URL("serving.js", import.meta.url));
  const child = spawn(process.execPath, [program, side, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return new Promise((resolve, reject) => {
    void ended.then(() => reject(new Error(`${side} ended before it served`)));
    createInterface(child.stdout).once("line", (line) => resolve({ port: JSON.parse(line).port, stop }));
  });
}
