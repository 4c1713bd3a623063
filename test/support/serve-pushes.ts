import type { CompiledRepo, Instant } from "@lockstep/core";
import { materialize } from "@lockstep/ingest";
import type { Database } from "@lockstep/offline";
import { createReader, type FeatureReader, type OnlineStore, type Pusher } from "@lockstep/online";
import { createPusher } from "@lockstep/push";
import { memoryRegistry } from "./memory-registry.js";
import { type Row, tablesOf } from "./tables.js";

export interface ServedPushes {
  readonly reader: FeatureReader;
  readonly pusher: Pusher;
}

/** Applies a repo whose sources take pushes and materializes it. */
export async function servePushes(
  db: Database,
  store: OnlineStore,
  { ir: repo, computations }: CompiledRepo,
  rows: Readonly<Record<string, readonly Row[]>>,
  watermark: Instant,
  now: () => Instant = () => watermark,
): Promise<ServedPushes> {
  const registry = memoryRegistry();
  const version = await registry.apply(0, repo, new Uint8Array(), "ann");
  await materialize(
    { db, version, sources: await tablesOf(db, repo, rows), store, registry, now: watermark },
    { watermark },
  );
  const generations = new Map(Object.entries(version.generations));
  return {
    reader: createReader({ store, serving: () => ({ repo, computations, generations }), now }),
    pusher: createPusher({ project: repo.project, store, registry }),
  };
}
