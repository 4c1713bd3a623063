import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileRepo, type FeatureService, type Instant, type RepoIR } from "@lockstep/core";
import { materialize } from "@lockstep/ingest";
import type { Database } from "@lockstep/offline";
import { encodeKey, type OnlineStore, type PushAnswer, packStates } from "@lockstep/online";
import type { ParityContext } from "@lockstep/parity";
import { push } from "@lockstep/push";
import { type AppliedVersion, evidenceFolder, type Registry } from "@lockstep/registry";
import { tableSources } from "../property/table-source.js";
import { memoryRegistry } from "../support/memory-registry.js";

let generation = 5_000;

/** The registry, as if the version had been applied to it. */
const applied = (registry: Registry, version: AppliedVersion): Registry => ({
  ...registry,
  state: async () => ({ ...(await registry.state()), versions: [version], head: version, served: version }),
});

/** A repo that is applied and materialized from a table, with all that parity works with. */
export interface World {
  readonly repo: RepoIR;
  readonly version: AppliedVersion;
  readonly registry: Registry;
  readonly store: OnlineStore;
  context(now?: Instant): Promise<ParityContext>;
  materialize(watermark: Instant, full?: boolean): Promise<void>;
  /** As a first run into another store, which this world's registry knows nothing of. */
  materializeInto(store: OnlineStore, watermark: Instant): Promise<void>;
  /** The stored bytes of a key. */
  bytes(view: string, key: readonly (string | bigint)[], store?: OnlineStore): Promise<Uint8Array | null>;
  /** Puts bytes in place of a key's, whatever their stamps; null: none. */
  put(view: string, key: readonly (string | bigint)[], bytes: Uint8Array | null): Promise<void>;
  push(source: string, rows: readonly Readonly<Record<string, unknown>>[]): Promise<readonly PushAnswer[]>;
  end(): Promise<void>;
}

export async function worldOf(
  db: Database,
  store: OnlineStore,
  services: readonly FeatureService[],
  table: string,
  generations?: AppliedVersion["generations"],
): Promise<World> {
  const { ir: repo, computations } = compileRepo("p", [...services]);
  const version: AppliedVersion = {
    version: 1,
    repo,
    bundle: "",
    generations: generations ?? Object.fromEntries(repo.views.map((view) => [view.name, ++generation])),
    appliedAt: "",
    appliedBy: "",
  };
  const registry = memoryRegistry();
  const folder = await mkdtemp(join(tmpdir(), "lockstep-parity-"));
  const evidence = evidenceFolder(folder);
  const sources = tableSources(table);
  const keyOf = (name: string, key: readonly (string | bigint)[]) => {
    const view = repo.views.find((v) => v.name === name);
    const bytes = encodeKey(view?.entity ?? "", view?.keys.map((k) => k.type) ?? [], key);
    return { key: bytes as Uint8Array, generation: version.generations[name] as number };
  };
  let latest = 0n;
  return {
    repo,
    version,
    registry,
    store,
    context: async (now) => {
      const state = await registry.state();
      return { db, version, computations, sources, store, state, now: now ?? latest, evidence };
    },
    materialize: async (watermark, full = true) => {
      latest = watermark;
      const noted = { folder: evidence, keys: true, keep: 10 };
      const given = { db, version, sources, store, registry, now: watermark, evidence: noted };
      await materialize(given, { watermark, full });
    },
    materializeInto: async (other, watermark) => {
      const context = { db, version, sources, store: other, registry: memoryRegistry(), now: watermark };
      await materialize(context, { watermark, full: true });
    },
    bytes: async (view, key, from = store) => {
      const { key: encoded, generation } = keyOf(view, key);
      const { states } = await from.read([{ key: encoded, generations: [generation] }], [generation]);
      return states[0]?.[0] ?? null;
    },
    put: async (view, key, bytes) => {
      const { key: encoded, generation } = keyOf(view, key);
      await store.remove(encoded, [generation]);
      if (bytes) await store.write(generation, packStates([{ key: encoded, value: bytes }]));
    },
    push: (source, rows) => push({ project: "p", store, registry: applied(registry, version) }, source, rows),
    end: () => rm(folder, { recursive: true, force: true }),
  };
}
