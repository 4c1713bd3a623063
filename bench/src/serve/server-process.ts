import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ServingLogOptions } from "@lockstep/online";

export interface ServerProcess {
  readonly port: number;
  stop(): Promise<void>;
}

/** What `serving.js` is told. */
export type ServingOptions =
  | { readonly side: "peer"; readonly url: string; readonly head: string }
  | {
      readonly side: "ours";
      readonly url: string;
      /** Only for who has the key. */
      readonly secured?: boolean | undefined;
      readonly workers?: number | undefined;
      readonly log?: ServingLogOptions | undefined;
    };

/** Starts `serving.js` in a process of its own. */
export function startServing(options: ServingOptions): Promise<ServerProcess> {
  const program = fileURLToPath(new URL("serving.js", import.meta.url));
  const args = [program, JSON.stringify(options)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return new Promise((resolve, reject) => {
    void ended.then(() => reject(new Error(`${options.side} ended before it served`)));
    createInterface(child.stdout).once("line", (line) => resolve({ port: JSON.parse(line).port, stop }));
  });
}
