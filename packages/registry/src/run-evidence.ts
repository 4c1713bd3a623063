import { createWriteStream, existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip, gunzipSync } from "node:zlib";
import { z } from "zod";

const file = z.strictObject({
  path: z.string(),
  bytes: z.number(),
  /** Milliseconds since 1970. */
  modified: z.number(),
  /** Of the whole file, or of its Parquet footer: schema, row counts, where each column lies, its least and greatest value. */
  of: z.enum(["whole", "footer"]),
  sha256: z.string(),
});

const evidence = z.strictObject({
  format: z.literal(1),
  run: z.int(),
  view: z.string(),
  /** The files of the view's source before they were read; null: it has none that could be looked at. */
  files: z.array(file).nullable(),
  /** What hashed each key's rows, where that was done: hashes of another engine are not comparable. */
  engine: z.string().nullable(),
});

/** What a run has read, as far as it can be told later. */
export type RunEvidence = z.infer<typeof evidence>;
export type FileFingerprint = z.infer<typeof file>;

/** Where runs' evidence lies: beside the registry, because it may be removed. */
export interface EvidenceFolder {
  /** Where a run's hashes of its keys' rows are, or are to be put: a Parquet file. */
  keysPath(run: number): string;
  /** Notes rows that were pushed and that the run drops, because it has reached their knownAt. */
  putPushed(run: number, rows: AsyncIterable<unknown>): Promise<void>;
  /** Those rows, as they were given; none where none were noted, or none that can be read. */
  pushed(run: number): AsyncIterable<unknown>;
  /** Removes those of them that are not to be kept. */
  keepPushed(run: number, keep: (row: unknown) => boolean): Promise<void>;
  /** Makes the folder. */
  make(): Promise<void>;
  put(evidence: RunEvidence): Promise<void>;
  /** Null: there is none, or none that can be read. */
  get(run: number): Promise<RunEvidence | null>;
  /** Removes that of the oldest runs but for so many of each view, besides these. */
  prune(keep: number, needed: ReadonlySet<number>): Promise<void>;
}

export function evidenceFolder(folder: string): EvidenceFolder {
  const path = (run: number) => join(folder, `${run}.json`);
  const keysPath = (run: number) => join(folder, `${run}.parquet`);
  const pushedPath = (run: number) => join(folder, `${run}.pushed.ndjson.gz`);
  const get = async (run: number): Promise<RunEvidence | null> => {
    try {
      return evidence.parse(JSON.parse(await readFile(path(run), "utf8")));
    } catch {
      return null;
    }
  };
  const putPushed = async (run: number, rows: AsyncIterable<unknown>): Promise<void> => {
    const partial = `${pushedPath(run)}.partial`;
    let count = 0;
    const lines = async function* () {
      for await (const row of rows) {
        count++;
        yield `${JSON.stringify(row)}\n`;
      }
    };
    await pipeline(lines(), createGzip(), createWriteStream(partial));
    if (count > 0) await rename(partial, pushedPath(run));
    else await Promise.all([partial, pushedPath(run)].map((p) => rm(p, { force: true })));
  };
  const pushed = async function* (run: number): AsyncGenerator<unknown> {
    const text = await readFile(pushedPath(run))
      .then((bytes) => gunzipSync(bytes).toString())
      .catch(() => "");
    for (const line of text.split("\n")) if (line !== "") yield JSON.parse(line);
  };
  return {
    keysPath,
    get,
    putPushed,
    pushed,
    keepPushed: async (run, keep) => {
      if (!existsSync(pushedPath(run))) return;
      const kept = async function* () {
        for await (const row of pushed(run)) if (keep(row)) yield row;
      };
      await putPushed(run, kept());
    },
    make: async () => void (await mkdir(folder, { recursive: true })),
    put: async (told) => {
      await writeFile(`${path(told.run)}.partial`, JSON.stringify(told));
      await rename(`${path(told.run)}.partial`, path(told.run));
    },
    prune: async (keep, needed) => {
      const names = await readdir(folder).catch(() => []);
      const runs = names.filter((n) => n.endsWith(".json")).map((n) => Number.parseInt(n, 10));
      const seen = new Map<string, number>();
      for (const run of runs.sort((a, b) => b - a)) {
        if (needed.has(run)) continue;
        const view = (await get(run))?.view ?? "";
        const before = seen.get(view) ?? 0;
        seen.set(view, before + 1);
        if (before < keep) continue;
        await rm(path(run), { force: true });
        await rm(keysPath(run), { force: true });
        await rm(pushedPath(run), { force: true });
      }
    },
  };
}
