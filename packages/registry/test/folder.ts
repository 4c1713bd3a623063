import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

const made: string[] = [];
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** A place for a registry, not created yet, and gone after the test. */
export function registryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "lockstep-registry-"));
  made.push(path);
  return join(path, "registry");
}
