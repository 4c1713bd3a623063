import type { Mutation } from "../mutation.js";
import { CORE } from "./core.js";
import { EVENTS } from "./events.js";
import { FRAMES } from "./frames.js";
import { JOINED } from "./joined.js";
import { LATEST } from "./latest.js";
import { ONLINE } from "./online.js";
import { PARITY } from "./parity.js";
import { PUSHES } from "./pushes.js";
import { STATES } from "./states.js";
import { TILES } from "./tiles.js";
import { VERSIONS } from "./versions.js";
import { WINDOWS } from "./windows.js";

/** Each is one mistake that somebody could make, and that a test must see. */
export const MUTATIONS: readonly Mutation[] = [
  ...EVENTS,
  ...VERSIONS,
  ...LATEST,
  ...FRAMES,
  ...WINDOWS,
  ...JOINED,
  ...TILES,
  ...PUSHES,
  ...STATES,
  ...CORE,
  ...ONLINE,
  ...PARITY,
];
