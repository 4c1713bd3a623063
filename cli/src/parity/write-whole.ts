import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { LockstepError } from "@lockstep/core";

/** Writes a file that appears whole under its name, in place of one that may be there: somebody may be reading it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(partial, text);
    await rename(partial, path);
  } catch (error) {
    throw new LockstepError(
      {
        code: "OUT_UNWRITABLE",
        place: path,
        what: `it can't be written: ${error instanceof Error ? error.message : String(error)}`,
        mend: "give a file in a folder that may be written to",
      },
      { cause: error },
    );
  }
}
