#!/usr/bin/env node
import { INTERRUPTED, TERMINATED } from "./exit-codes.js";
import { createProgram } from "./program.js";

const stop = new AbortController();
const onSignal = (exitCode: number) => () => {
  // The second time there is no waiting for anything.
  if (stop.signal.aborted) process.exit(exitCode);
  stop.abort(exitCode);
};
process.on("SIGINT", onSignal(INTERRUPTED));
process.on("SIGTERM", onSignal(TERMINATED));

// Whoever read the output has seen enough of it: `fs status | head -1`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(process.exitCode ?? 0);
});

const program = createProgram({
  openStore: async (options) => (await import("lockstep")).openStore(options),
  startServer: async (options) => (await import("@lockstep/server")).startServer(options),
  catalogOf: async (...args) => (await import("@lockstep/server")).catalogOf(...args),
  fetchCatalog: async (...args) => (await import("@lockstep/server")).fetchCatalog(...args),
  writeExampleData: async (path) => (await import("lockstep")).writeExampleData(path),
  io: {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    stdin: process.stdin,
    env: process.env,
    cwd: process.cwd(),
    stop: stop.signal,
    clock: () => performance.now(),
  },
});

process.exitCode = await program.run(process.argv.slice(2));
// Work that ignores the signal would keep the process alive.
if (stop.signal.aborted) process.exit();

function output(stream: NodeJS.WriteStream) {
  return {
    write: (text: string) => void stream.write(text),
    isTTY: stream.isTTY === true,
    get columns() {
      // A terminal that was never given a size says 0.
      return stream.columns || 80;
    },
  };
}
