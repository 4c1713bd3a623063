import { readFile } from "node:fs/promises";
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
  for (const path of await logFiles(folder)) {
    const blocks = blocksOf(await readFile(path));
    const { answers, dropped, damaged } = decodeRecords(blocks.payloads, shape);
    yield { path, answers, dropped, damaged: damaged + blocks.damaged };
  }
}
