import { EVERYTHING, type Grant } from "./grant.js";

/** Who asks: what logs call them, and what they may do. */
export interface Caller {
  readonly name: string;
  readonly grant: Grant;
}

/** Who asks a server that has no authentication. */
export const ANYBODY: Caller = { name: "anybody", grant: EVERYTHING };

/** Who asks without credentials for what is open to all. */
export const NOBODY: Caller = { name: "nobody", grant: new Map() };
