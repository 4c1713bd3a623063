import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createAirportZones } from "./airport-zones.js";
import { withDatabase } from "./database.js";
import { type Dataset, findDataset } from "./dataset.js";
import { prepareError } from "./errors.js";
import { createFlights, writeFlights } from "./flights.js";
import { writeLabels } from "./labels.js";
import { type Counts, fileSizes, MANIFEST_FILE, PREPARATION, readManifest, writeManifest } from "./manifest.js";
import { createUtcOffsets } from "./utc-offsets.js";

export const FLIGHTS_FILE = "flights.parquet";
export const LABELS_FILE = "labels.parquet";

export interface PrepareOptions {
  /** Where the files go; made if absent. */
  readonly dataDir: string;
  /** Told before each step and at the end, with the share of the work done, 0 to 1. */
  readonly onProgress?: (fraction: number, message: string) => void;
}

export interface Prepared {
  flights: number;
  labels: number;
  origins: number;
  /** Departures at a local time that a DST night skips or repeats; see utc-offsets.ts. */
  ambiguous: number;
  /** True where the files were already there. */
  skipped: boolean;
  seconds: number;
}

type Progress = (fraction: number, message: string) => void;

/** Writes flights.parquet and labels.parquet into the data folder, or nothing where they are already there. */
export async function prepareFlights(options: PrepareOptions): Promise<Prepared> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const progress = options.onProgress ?? (() => {});
  const dataset = findDataset();
  const present = await readManifest(options.dataDir, dataset.version);
  if (present) {
    progress(1, "the files are already there");
    return { ...present.counts, skipped: true, seconds: seconds() };
  }
  const counts = await prepareAnew(dataset, options.dataDir, progress);
  progress(1, "done");
  return { ...counts, skipped: false, seconds: seconds() };
}

/** Writes into a folder inside the data folder, then renames: an interrupted run leaves no half-written file. */
async function prepareAnew(dataset: Dataset, dataDir: string, progress: Progress): Promise<Counts> {
  const workDir = await makeWorkDir(dataDir);
  try {
    const counts = await writeFiles(dataset, workDir, progress);
    const files = await fileSizes(workDir, [FLIGHTS_FILE, LABELS_FILE]);
    await rm(join(dataDir, MANIFEST_FILE), { force: true });
    for (const name of Object.keys(files)) await rename(join(workDir, name), join(dataDir, name));
    await writeManifest(dataDir, workDir, { dataset: dataset.version, preparation: PREPARATION, files, counts });
    return counts;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function makeWorkDir(dataDir: string): Promise<string> {
  try {
    await mkdir(dataDir, { recursive: true });
    return await mkdtemp(join(dataDir, ".preparing-"));
  } catch (cause) {
    throw prepareError(`cannot write to ${dataDir}`, "choose a data folder that this user can write to", cause);
  }
}

function writeFiles(dataset: Dataset, workDir: string, progress: Progress): Promise<Counts> {
  return withDatabase(join(workDir, "spill"), async (connection) => {
    progress(0, "looking up the origins' time zones");
    const origins = await createAirportZones(connection, dataset);
    progress(0.1, "reading the zones' rules");
    await createUtcOffsets(connection, dataset);
    progress(0.2, "converting the departures to UTC and sorting");
    const { flights, ambiguous } = await createFlights(connection, dataset);
    progress(0.6, `writing ${FLIGHTS_FILE}`);
    await writeFlights(connection, join(workDir, FLIGHTS_FILE));
    progress(0.8, `writing ${LABELS_FILE}`);
    const labels = await writeLabels(connection, join(workDir, LABELS_FILE));
    return { flights, labels, origins, ambiguous };
  });
}
