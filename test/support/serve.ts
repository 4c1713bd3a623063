import { compileRepo, type FeatureService, type Instant, type RepoIR } from "@lockstep/core";
import { materialize } from "@lockstep/ingest";
import type { Database, Sources } from "@lockstep/offline";
import { createReader, type FeatureReader, type OnlineStore } from "@lockstep/online";
import type { AppliedVersion } from "@lockstep/registry";
import { memoryRegistry } from "./memory-registry.js";

/** Each service gets generations of its own, so that one store serves them all. */
let generation = 0;

export interface Served {
  readonly repo: RepoIR;
  readonly reader: FeatureReader;
  /** Another reader of the same, by what has been put around the store. */
  readonly through: (around: OnlineStore) => FeatureReader;
}

/** Materializes a service's views and gives a reader of them, whose clock the caller sets: the watermark by default. */
export async function serve(
  db: Database,
  store: OnlineStore,
  service: FeatureService,
  sources: Sources,
  watermark: Instant,
  now: () => Instant = () => watermark,
): Promise<Served> {
  const { ir: repo, computations } = compileRepo("p", [service]);
  const generations = Object.fromEntries(repo.views.map((view) => [view.name, ++generation]));
  const version: AppliedVersion = { version: 1, repo, bundle: "", generations, appliedAt: "", appliedBy: "" };
  await materialize({ db, version, sources, store, registry: memoryRegistry(), now: watermark });
  const serving = { repo, computations, generations: new Map(Object.entries(generations)) };
  const through = (around: OnlineStore) => createReader({ store: around, serving: () => serving, now });
  return { repo, reader: through(store), through };
}
