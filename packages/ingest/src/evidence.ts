import { duckdb, keyHashesSql } from "@lockstep/compiler";
import type { SourceIR, ViewIR } from "@lockstep/core";
import { type Database, type Fingerprint, fingerprints } from "@lockstep/offline";
import type { Stamp } from "@lockstep/online";
import type { EvidenceFolder, RegistryState } from "@lockstep/registry";
import type { MaterializeContext } from "./materialize.js";
import type { RunInput } from "./run-input.js";

export interface EvidenceSettings {
  readonly folder: EvidenceFolder;
  /** A hash of each key's rows too. */
  readonly keys: boolean;
  /** Of how many runs of each view it is kept, besides those that the states in the store go back to. */
  readonly keep: number;
}

type Context = MaterializeContext & { readonly db: Database };

/** The files as they are before they are read; undefined: nobody wants to know. */
export async function filesRead(
  { db, version, sources, evidence }: Context,
  view: ViewIR,
): Promise<Fingerprint[] | null | undefined> {
  if (!evidence) return undefined;
  const source = version.repo.sources.find((s) => s.name === view.source) as SourceIR;
  return fingerprints(db, sources, source);
}

/** Notes what a run has read. It is there before the run is published. */
export async function noteEvidence(
  { db, registry, version, evidence }: Context,
  view: ViewIR,
  { repo, relation, keys }: RunInput,
  { t, run }: Stamp,
  files: Fingerprint[] | null,
): Promise<void> {
  if (!evidence) return;
  const { folder, keep } = evidence;
  await folder.make();
  let engine: string | null = null;
  if (evidence.keys) {
    const request = { dialect: duckdb, repo, view, relation, knownBy: t, ...(keys === undefined ? {} : { keys }) };
    await db.run(
      `COPY (${keyHashesSql(request)}) TO ${duckdb.text(folder.keysPath(run))} (FORMAT parquet, COMPRESSION zstd)`,
    );
    engine = await engineOf(db);
  }
  await folder.put({ format: 1, run, view: view.name, files, engine });
  await folder.prune(keep, neededRuns(await registry.state(), Object.values(version.generations)));
}

const engineOf = async (db: Database): Promise<string> => {
  const [{ version } = { version: "" }] = await db.rows("SELECT version() AS version");
  return `duckdb ${String(version)}`;
};

/** Of each generation the last full run and those after it: a key's state may be of any of them. */
function neededRuns({ runs }: RegistryState, generations: readonly number[]): Set<number> {
  return new Set(
    generations.flatMap((generation) => {
      const own = runs.filter((r) => r.generation === generation && r.state === "complete");
      const full = own.findLastIndex((r) => (r.mode ?? "full") === "full");
      return own.slice(Math.max(0, full)).map((r) => r.run);
    }),
  );
}
