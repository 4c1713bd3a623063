export { createHandler, type Handler, type HandlerOptions } from "./handler.js";
export { type Health, isReady } from "./health.js";
export { buildSchema, printSdl } from "./schema.js";
export { type RunningServer, type ServerOptions, startServer } from "./start-server.js";
