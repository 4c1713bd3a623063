import { ensureRedis } from "./redis-server.js";

/** Runs once before all tests: vitest.config.ts names it as `globalSetup`. */
export default function setup(): void {
  ensureRedis();
}
