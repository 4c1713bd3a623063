import { stat } from "node:fs/promises";
import { LockstepError } from "@lockstep/core";
import { fileLog } from "./file-log.js";
import { logRegistry } from "./log-registry.js";
import type { Registry } from "./registry.js";

/** Opens the registry in a folder. Where there is none yet it is empty, and the first apply creates it. */
export async function openRegistry(path: string): Promise<Registry> {
  const found = await stat(path).catch(() => null);
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path) || (found && !found.isDirectory())) {
    throw new LockstepError({
      code: "REGISTRY_PLACE",
      place: path,
      what: found ? "it is a file, and a registry is a folder" : "a registry can only be a folder on this machine",
      mend: "give a folder as `registry` in lockstep.config.ts",
    });
  }
  return logRegistry(fileLog(path));
}
