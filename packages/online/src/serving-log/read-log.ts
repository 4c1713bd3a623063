import { readFile } from "node:fs/promises";
import { LockstepError } from "@lockstep/core";
import { blocksOf } from "./blocks.js";
import { decodeRecords } from "./decode-records.js";
import { logFiles } from "./log-files.js";
import type { LoggedAnswer, LoggedShape } from "./record.js";

export interface LogFile {
  readonly path: string;
  readonly answers: readonly LoggedAnswer[];
  readonly dropped: number;
  /** Blocks and records that are torn or damaged, and were left out. */
  readonly damaged: number;
}

/** A folder's logged answers, a file at a time, the oldest first. `shape` checks what a shape's JSON holds. */
export async function* readServingLog(folder: string, shape: (json: unknown) => LoggedShape): AsyncGenerator<LogFile> {
  for (const path of await logFiles(folder).catch((error) => unreadable(folder, error))) {
    const bytes = await readFile(path).catch((error) => (codeOf(error) === "ENOENT" ? null : unreadable(path, error)));
    // A server has removed it meanwhile, because there was too much.
    if (bytes === null) continue;
    const blocks = blocksOf(bytes);
    const { answers, dropped, damaged } = decodeRecords(blocks.payloads, shape);
    yield { path, answers, dropped, damaged: damaged + blocks.damaged };
  }
}

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;

function unreadable(path: string, error: unknown): never {
  const code = codeOf(error);
  const what = { ENOENT: "there is no such folder", ENOTDIR: "it is no folder", EACCES: "it may not be read" };
  throw new LockstepError(
    {
      code: code === "ENOENT" ? "LOG_MISSING" : "LOG_UNREADABLE",
      place: path,
      what: what[code as keyof typeof what] ?? String(error),
      mend: "give the folder that `server.servingLog` names, and run as somebody who may read it",
    },
    { cause: error },
  );
}
