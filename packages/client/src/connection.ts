import type { ConnectionOptions } from "./api.js";
import type { Connection } from "./post.js";

/** For a call with all of its attempts. */
export const DEFAULT_TIMEOUT_MS = 10_000;

export const connectionOf = (options: ConnectionOptions): Connection => ({
  url: options.url.replace(/\/+$/, "").replace(/\/graphql$/, ""),
  fetch: options.fetch ?? ((address, init) => fetch(address, init)),
  headers: options.headers ?? {},
  timeoutMs: options.attemptTimeoutMs ?? 5_000,
  retries: options.retries ?? 2,
});
