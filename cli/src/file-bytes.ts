import { createReadStream } from "node:fs";
import { LockstepError } from "@lockstep/core";

/** A file's bytes, piece by piece. It is opened when the first is asked for. */
export async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path);
  } catch (error) {
    throw new LockstepError(
      {
        code: "FILE_UNREADABLE",
        place: path,
        what: `it can't be read: ${error instanceof Error ? error.message : String(error)}`,
        mend: "give a file of rows, or - for standard input",
      },
      { cause: error },
    );
  }
}
