import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Raise this when the preparation writes other data than before: the files are then written anew. */
export const PREPARATION = 1;

export interface Counts {
  readonly flights: number;
  readonly labels: number;
  readonly origins: number;
  readonly ambiguous: number;
}

/** What was prepared from what: written last, so its presence means that the files are whole. */
export interface Manifest {
  readonly dataset: string;
  readonly preparation: number;
  /** Size in bytes by file name. */
  readonly files: Readonly<Record<string, number>>;
  readonly counts: Counts;
}

export const MANIFEST_FILE = "manifest.json";

/** The manifest of a data folder if it fits the data set, this preparation and the files that lie there. */
export async function readManifest(dataDir: string, dataset: string): Promise<Manifest | undefined> {
  try {
    const manifest = JSON.parse(await readFile(join(dataDir, MANIFEST_FILE), "utf8")) as Manifest;
    if (manifest.dataset !== dataset || manifest.preparation !== PREPARATION) return undefined;
    const sizes = await fileSizes(dataDir, Object.keys(manifest.files));
    const same = Object.entries(manifest.files).every(([name, size]) => sizes[name] === size);
    return same ? manifest : undefined;
  } catch {
    return undefined; // absent, unreadable or beside missing files: prepare anew
  }
}

/** Writes the manifest under a temporary name in `workDir`, then renames it into the data folder. */
export async function writeManifest(dataDir: string, workDir: string, manifest: Manifest): Promise<void> {
  const written = join(workDir, MANIFEST_FILE);
  await writeFile(written, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(written, join(dataDir, MANIFEST_FILE));
}

export async function fileSizes(dir: string, names: readonly string[]): Promise<Record<string, number>> {
  const sizes = names.map(async (name) => [name, (await stat(join(dir, name))).size] as const);
  return Object.fromEntries(await Promise.all(sizes));
}
