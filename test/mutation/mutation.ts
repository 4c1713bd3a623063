import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The workspace: this file lies in test/mutation, or is bundled beside it. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A deliberately wrong variant of one source file. Tests that all pass with it are not good enough. */
export interface Mutation {
  readonly name: string;
  /** From the workspace's root. */
  readonly file: string;
  /** Must occur in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Test files that see it, where random cases against the oracle cannot: run instead of those. */
  readonly tests?: readonly string[];
}

/** The file's text with the mutation in it. */
export function mutated({ name, file, find, replace }: Mutation): string {
  const text = readFileSync(join(ROOT, file), "utf8");
  const parts = text.split(find);
  if (parts.length !== 2) {
    throw new Error(
      `the mutation '${name}' no longer applies: update it (its text occurs ${parts.length - 1} times in ${file})`,
    );
  }
  return parts.join(replace);
}
