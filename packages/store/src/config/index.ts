export { loadConfig, type ResolvedConfig } from "./load-config.js";
export type { ServerSettings } from "./server-settings.js";
