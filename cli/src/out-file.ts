import { existsSync } from "node:fs";
import { LockstepError } from "@lockstep/core";

/** Refuses a file that is there already, before any work is done for it. */
export function checkOutFile(path: string, force: boolean): void {
  if (!/\.parquet$/i.test(path)) {
    throw new LockstepError({
      code: "OUT_FORMAT",
      place: path,
      what: "a frame is written as Parquet, and the file's name says something else",
      mend: "end it in .parquet",
    });
  }
  if (force || !existsSync(path)) return;
  throw new LockstepError({
    code: "OUT_EXISTS",
    place: path,
    what: "there is such a file already",
    mend: "give another name, or --force to replace it",
  });
}
