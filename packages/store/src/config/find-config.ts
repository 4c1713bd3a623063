import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { LockstepError } from "@lockstep/core";

const NAMES = ["lockstep.config.ts", "lockstep.config.js", "lockstep.config.mjs"];

/** The configuration's file in a folder or the nearest one above it. */
export function findConfig(cwd: string): string {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const found = NAMES.map((name) => join(folder, name)).find((file) => existsSync(file));
    if (found) return found;
    if (folder === dirname(folder)) break;
  }
  throw new LockstepError({
    code: "CONFIG_MISSING",
    place: resolve(cwd),
    what: "there is no lockstep.config.ts here or in a folder above",
    mend: "run `fs init` to make one, or give --cwd",
  });
}
