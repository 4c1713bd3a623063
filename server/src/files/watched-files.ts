import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { LockstepError } from "@lockstep/core";

export interface Watched<T> {
  /** As of the files' last good contents. */
  get(): T;
  close(): void;
}

export interface WatchOptions<T> {
  readonly onError: (error: unknown) => void;
  readonly onChange?: (now: T) => void;
  /** Default: 5 s. */
  readonly everyMs?: number | undefined;
}

/**
 * What files hold, read again when one changes. Contents that `parse` throws for are told to `onError`, and what was
 * there before holds on; the first must be good. Polling sees what a mounted secret's link points to, too.
 */
export function watchedFiles<T>(
  paths: readonly string[],
  parse: (...contents: Buffer[]) => T,
  { onError, onChange = () => {}, everyMs = 5_000 }: WatchOptions<T>,
): Watched<T> {
  const read = () => parse(...paths.map(content));
  let current = read();
  const reread = () => {
    try {
      current = read();
      onChange(current);
    } catch (error) {
      onError(error);
    }
  };
  for (const path of paths) watchFile(path, { interval: everyMs, persistent: false }, reread);
  return {
    get: () => current,
    close: () => {
      for (const path of paths) unwatchFile(path, reread);
    },
  };
}

function content(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new LockstepError(
      { code: "FILE_UNREADABLE", place: path, what: "it can't be read", mend: "check the path, and who may read it" },
      { cause },
    );
  }
}
