export type { Io, Output } from "./io.js";
export { createProgram, type Program } from "./program.js";
export type { OpenOptions, Services } from "./services.js";
