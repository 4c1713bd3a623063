export { loadConfig, type ResolvedConfig } from "./load-config.js";
