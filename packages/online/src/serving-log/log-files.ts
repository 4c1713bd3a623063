import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";

const SUFFIX = ".served";

/** Sorts by when it was begun. */
export const fileName = (began: Date, process: string, number: number): string =>
  `${began.toISOString().replaceAll(":", "-")}-${process}-${number}${SUFFIX}`;

/** A folder's log files, the oldest first. */
export async function logFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
    .map((name) => join(folder, name));
}

/** Removes the oldest files while there are more bytes than that, whichever process wrote them. */
export async function removeOldest(folder: string, keepBytes: number): Promise<void> {
  const files = await logFiles(folder);
  const sizes = await Promise.all(
    files.map((path) =>
      stat(path)
        .then((s) => s.size)
        .catch(() => 0),
    ),
  );
  let total = sizes.reduce((sum, size) => sum + size, 0);
  for (const [i, path] of files.entries()) {
    if (total <= keepBytes) return;
    // Another process may have removed it.
    await unlink(path).catch(() => {});
    total -= sizes[i] ?? 0;
  }
}
