import { ensureProgram } from "./ensure-program.js";

/** Runs once before all tests: vitest.config.ts names it as `globalSetup`. */
export default function setup(): void {
  // Redis 6.2 or later.
  ensureProgram({ name: "redis-server", version: "--version", debian: "redis-server", macos: "redis" });
  ensureProgram({ name: "openssl", version: "version", debian: "openssl", macos: "openssl" });
}
