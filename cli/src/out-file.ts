import { existsSync } from "node:fs";
import { LockstepError } from "@lockstep/core";

/** Refuses a file or folder that is there already, before any work is done for it. */
export function checkOut(path: string, { force, folder }: { readonly force: boolean; readonly folder: boolean }): void {
  if (!folder && !/\.parquet$/i.test(path)) {
    throw new LockstepError({
      code: "OUT_FORMAT",
      place: path,
      what: "a frame is written as Parquet, and the file's name says something else",
      mend: "end it in .parquet, or write a folder with --partition-by",
    });
  }
  if (force || !existsSync(path)) return;
  throw new LockstepError({
    code: "OUT_EXISTS",
    place: path,
    what: `there is such a ${folder ? "folder" : "file"} already`,
    mend: "give another name, or --force to replace it",
  });
}
