import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileRepo, type FeatureService, type Instant } from "@lockstep/core";
import { materialize } from "@lockstep/ingest";
import { type Database, localSources } from "@lockstep/offline";
import { createReader, loggedReader, type OnlineStore, openServingLog, type TracedAnswer } from "@lockstep/online";
import { type LogContext, type ParityLogReport, parityLog } from "@lockstep/parity";
import { push } from "@lockstep/push";
import { type AppliedVersion, evidenceFolder } from "@lockstep/registry";
import { memoryRegistry } from "../support/memory-registry.js";

/** A source of Parquet files in a folder, runs that note what they read, and a server's log. */
export async function servedWorld(db: Database, store: OnlineStore) {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-served-"));
  const registry = memoryRegistry();
  const sources = localSources(folder);
  const evidence = evidenceFolder(join(folder, "evidence"));
  const log = join(folder, "log");
  const head = async () => (await registry.state()).head as AppliedVersion;
  const context = async (now: Instant): Promise<LogContext> => {
    const state = await registry.state();
    return {
      db,
      version: state.served as AppliedVersion,
      computations: new Map(),
      sources,
      store,
      state,
      now,
      evidence,
      clock: null,
      computationsOf: async () => new Map(),
    };
  };
  return {
    folder,
    registry,
    context,
    /** A file of the source; another under its name is replaced. */
    write: (name: string, sql: string) => db.run(`COPY (${sql}) TO '${join(folder, name)}' (FORMAT parquet)`),
    apply: async (services: readonly FeatureService[]) => {
      const before = (await registry.state()).head?.version ?? 0;
      return registry.apply(before, compileRepo("p", [...services]).ir, new Uint8Array(), "ann");
    },
    materialize: async (watermark: Instant, options: { readonly full?: boolean; readonly noted?: boolean } = {}) => {
      const { full = true, noted = true } = options;
      const settings = noted ? { evidence: { folder: evidence, keys: true, keep: 10 } } : {};
      const given = { db, version: await head(), sources, store, registry, now: watermark, ...settings };
      await materialize(given, { watermark, full });
    },
    /** Asks, and logs the answer. `wall` in microseconds: what the server's clock said. */
    serve: async (
      keys: readonly string[],
      options: {
        readonly at?: Instant;
        readonly now?: Instant;
        readonly wall?: Instant;
        readonly version?: AppliedVersion;
        readonly change?: (answer: TracedAnswer) => TracedAnswer;
      },
    ) => {
      const { at, now = 0n, wall = BigInt(Date.now() + 60_000) * 1000n, change } = options;
      const version = options.version ?? (await head());
      const serving = {
        repo: version.repo,
        computations: new Map(),
        generations: new Map(Object.entries(version.generations)),
        version: version.version,
      };
      const reader = createReader({ store, serving: () => serving, now: () => now });
      const opened = openServingLog({ folder: log, sample: 1 });
      const told = {
        read: async (...args: Parameters<typeof reader.read>) =>
          reader.read(...args).then((a) => (change ? change(a as TracedAnswer) : a)),
      };
      const logged = loggedReader(told, opened, () => Number(wall) / 1000);
      const answer = await logged.read(
        "s",
        keys.map((k) => ({ k })),
        at === undefined ? {} : { at },
      );
      await opened.close();
      return answer;
    },
    push: (source: string, rows: readonly unknown[]) => push({ project: "p", store, registry }, source, rows),
    check: async (now: Instant, options = {}): Promise<ParityLogReport> =>
      parityLog(await context(now), { folder: log, ...options }),
    end: () => rm(folder, { recursive: true, force: true }),
  };
}

export type ServedWorld = Awaited<ReturnType<typeof servedWorld>>;
