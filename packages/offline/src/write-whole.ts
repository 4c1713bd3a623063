import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { LockstepError } from "@lockstep/core";

/** Two writes of one path at once have each its own partial file. */
let writes = 0;

type Write = (partial: string) => Promise<void>;

/** Writes a file under another name, and gives it its own when it is complete. */
export const writeWholeFile = (path: string, write: Write): Promise<void> =>
  whole(path, write, (partial) => rename(partial, path));

/** The same for a folder, which replaces one that is there only where that is asked for. */
export async function writeWholeFolder(path: string, replace: boolean, write: Write): Promise<void> {
  if (existsSync(path) && !replace) {
    throw new LockstepError({
      code: "OUT_EXISTS",
      place: path,
      what: "there is such a folder already",
      mend: "give another name, or { replace: true } to remove it with all that is in it",
    });
  }
  await whole(path, write, async (partial) => {
    const old = `${path}.old-${process.pid}-${writes++}`;
    if (existsSync(path)) await rename(path, old);
    await rename(partial, path);
    await rm(old, { recursive: true, force: true });
  });
}

async function whole(path: string, write: Write, place: Write): Promise<void> {
  const partial = `${path}.partial-${process.pid}-${writes++}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await write(partial);
    await place(partial);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}
