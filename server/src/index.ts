export { type Authenticator, createAuthenticator } from "./auth/authenticate.js";
export { type GuardSettings, type GuardState, guardStore } from "./guard/guard-store.js";
export { createHandler, type Handler, type HandlerOptions } from "./handler.js";
export { type Health, isReady } from "./health.js";
export type { Limits } from "./limits/limits.js";
export { createMetrics, type Metrics } from "./metrics/metrics.js";
export { buildSchema, printSdl } from "./schema.js";
export { type RunningServer, type ServerOptions, startServer } from "./start-server.js";
