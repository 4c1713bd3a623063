import {
  type AnswerOf,
  compileRepo,
  didYouMean,
  type FeatureService,
  type Instant,
  instant,
  LockstepError,
  type RepoIR,
  type ServiceIR,
  type Source,
  type SourceRow,
} from "@lockstep/core";
import type { Database, Sources } from "@lockstep/offline";
import {
  type CompletedRuns,
  createReader,
  type FeatureReader,
  openOnlineStore,
  type Pusher,
  type Serving,
} from "@lockstep/online";
import type { PushInput } from "@lockstep/push";
import { type AppliedVersion, evidenceFolder, loadBundle, openRegistry, type Registry } from "@lockstep/registry";
import { applyLocal, planLocal } from "./apply.js";
import { compileLocal } from "./compile-local.js";
import { completedRuns } from "./completed-runs.js";
import { loadConfig, type ResolvedConfig } from "./config/index.js";
import { describe } from "./describe.js";
import { entityNamed, keyOf } from "./entity-key.js";
import type { DefinitionOptions, Definitions, FeatureStore, ReaderOptions } from "./feature-store.js";
import { lookedUp } from "./looked-up.js";
import { healthOf, statusOf } from "./status.js";

export interface OpenOptions {
  /** Where to look for `lockstep.config.ts`, upwards. Default: the working directory. */
  readonly cwd?: string;
  /** Default: LOCKSTEP_ENV, or the configuration's. */
  readonly environment?: string;
  /** In place of the clock: an instant to stand still at, or a function. */
  readonly clock?: Instant | string | (() => Instant);
  /** Interrupts DuckDB's work under way. */
  readonly signal?: AbortSignal;
  /** Told the fraction done, 0 to 1, while DuckDB works. */
  readonly onQueryProgress?: (fraction: number) => void;
}

/**
 * Opens the feature store of the repo around `cwd`. Nothing is connected or loaded before it is needed: DuckDB only
 * for frames, materialization and parity, the online store only to read or write it.
 * @example
 * const store = await openStore();
 * const frame = await store.trainingFrame(flightDelay, { labels: "labels.parquet", timestamp: "scheduled" });
 */
export async function openStore(options: OpenOptions = {}): Promise<FeatureStore> {
  const config = await loadConfig({
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.environment === undefined ? {} : { environment: options.environment }),
  });
  const registry = await openRegistry(config.registryPath);
  return new Store(config, registry, options);
}

class Store implements FeatureStore {
  readonly project: string;
  readonly environment: string;
  readonly #database = lazy(() => openDatabase(this.config, this.options));
  readonly #online = lazy(() => openOnlineStore(onlineConfig(this.config), this.config.project));
  readonly #local = lazy(() => compileLocal(this.config));
  #serving: { version: number; serving: Serving } | null = null;
  /** As of the last look at what is served. */
  #completed: CompletedRuns = new Map();

  constructor(
    private readonly config: ResolvedConfig,
    readonly registry: Registry,
    private readonly options: OpenOptions,
  ) {
    this.project = config.project;
    this.environment = config.environment;
  }

  now(): Instant {
    const { clock } = this.options;
    if (typeof clock === "function") return clock();
    if (clock !== undefined) return instant(clock);
    return this.config.clock ?? BigInt(Date.now()) * 1000n;
  }

  async local(): Promise<RepoIR> {
    return (await this.#local.get()).repo;
  }

  async applied(): Promise<AppliedVersion> {
    return this.#isApplied((await this.registry.state()).head);
  }

  async served(): Promise<AppliedVersion> {
    return this.#isApplied((await this.registry.state()).served);
  }

  #isApplied(version: AppliedVersion | null): AppliedVersion {
    if (version) return version;
    throw new LockstepError({
      code: "NOT_APPLIED",
      place: `project '${this.project}', environment '${this.environment}'`,
      what: "nothing has been applied yet",
      mend: "run `fs apply`",
    });
  }

  async plan() {
    return (await planLocal(this.registry, await this.#local.get())).plan;
  }

  async apply({ by }: { by?: string } = {}) {
    return applyLocal(this.registry, await this.#local.get(), by ?? userName());
  }

  async definitions({ local = false }: DefinitionOptions = {}): Promise<Definitions> {
    const { head } = local ? { head: null } : await this.registry.state();
    if (!head) return { ...(await this.#local.get()), version: null };
    const { ir, computations } = await loadBundle(this.project, await this.registry.bundle(head.bundle));
    return { repo: ir, computations, version: head.version };
  }

  async compile(service: string, options: DefinitionOptions = {}): Promise<string> {
    const { compiledSources, compileService } = await import("./compile-service.js");
    const { repo, version } = await this.definitions(options);
    const named = serviceNamed(repo, service);
    const sources = await compiledSources(await this.#database.get(), repo, named, await this.#sources());
    return compileService(repo, named, sources, version);
  }

  async trainingFrame(service: FeatureService | string, options: Parameters<FeatureStore["trainingFrame"]>[1]) {
    const { trainingFrame } = await import("@lockstep/offline");
    const { repo, computations } =
      typeof service === "string" ? await this.definitions(options) : declared(this.project, service);
    const name = typeof service === "string" ? service : service.name;
    const context = { db: await this.#database.get(), repo, computations, sources: await this.#sources() };
    return trainingFrame(context, serviceNamed(repo, name), options);
  }

  async materialize(options: Parameters<FeatureStore["materialize"]>[0] = {}) {
    const { materialize, sweep } = await import("@lockstep/ingest");
    const db = await this.#database.get();
    const context = {
      db,
      connect: () => db.connect(),
      version: await this.applied(),
      sources: await this.#sources(),
      store: await this.#online.get(),
      registry: this.registry,
      now: this.now(),
      evidence: { folder: evidenceFolder(this.config.evidencePath), ...this.config.evidence },
    };
    const results = await materialize(context, options);
    if (!options.dryRun) await sweep(context);
    return results;
  }

  async push<S extends Source>(source: S | string, rows: readonly SourceRow<S>[]) {
    return (await this.pusher()).push(typeof source === "string" ? source : source.name, rows);
  }

  async pushInput(source: string, input: PushInput) {
    const { pushInput } = await import("@lockstep/push");
    return pushInput(await this.pusher(), source, input);
  }

  async pusher({ through = (store) => store }: Pick<ReaderOptions, "through"> = {}): Promise<Pusher> {
    const { createPusher } = await import("@lockstep/push");
    return createPusher({ project: this.project, store: through(await this.#online.get()), registry: this.registry });
  }

  async sweep(options: Parameters<FeatureStore["sweep"]>[0] = {}) {
    const { sweep } = await import("@lockstep/ingest");
    return sweep({ store: await this.#online.get(), registry: this.registry, now: this.now() }, options);
  }

  async forget(entity: string, key: Readonly<Record<string, unknown>>, { by }: { by?: string } = {}) {
    const { forget } = await import("@lockstep/ingest");
    const { repo } = await this.applied();
    const context = {
      project: this.project,
      store: await this.#online.get(),
      registry: this.registry,
      evidence: evidenceFolder(this.config.evidencePath),
    };
    const declared = entityNamed(repo, entity);
    return forget(context, declared, keyOf(declared, key), by ?? userName());
  }

  async online<S extends FeatureService>(service: S, rows: Parameters<FeatureReader["read"]>[1], options = {}) {
    const answer = await this.read(service.name, rows, options);
    const [error] = answer.errors;
    if (error) {
      throw new LockstepError({
        code: error.code,
        place: `row ${error.row}, column '${error.column}'`,
        what: error.message,
      });
    }
    return rows.map((_, row) =>
      Object.fromEntries(answer.columns.map((c) => [c.name, c.values[row]])),
    ) as AnswerOf<S>[];
  }

  async read(...args: Parameters<FeatureReader["read"]>) {
    return (await this.reader()).read(...args);
  }

  serving({ lookEveryMs }: Parameters<FeatureStore["serving"]>[0]) {
    return lookedUp(
      () => this.#servingNow(),
      lookEveryMs,
      () => performance.now(),
    );
  }

  async reader({ through = (store) => store }: ReaderOptions = {}): Promise<FeatureReader> {
    return createReader({
      store: through(await this.#online.get()),
      serving: () => this.#servingNow(),
      now: () => this.now(),
      completed: () => this.#completed,
    });
  }

  async parity(options: Parameters<FeatureStore["parity"]>[0] = {}) {
    const { parity } = await import("@lockstep/parity");
    return parity(await this.#bothSides(), { ...this.#paritySettings(), ...options });
  }

  async parityLog(options: Parameters<FeatureStore["parityLog"]>[0]) {
    const { parityLog } = await import("@lockstep/parity");
    const context = {
      ...(await this.#bothSides()),
      clock: this.config.clock,
      computationsOf: async ({ bundle }: AppliedVersion) =>
        (await loadBundle(this.project, await this.registry.bundle(bundle))).computations,
    };
    return parityLog(context, { ...this.#paritySettings(), ...options });
  }

  #paritySettings() {
    const { budget, rate, allow } = this.config.parity;
    return {
      ...(budget === null ? {} : { budget: budget / 1e6 }),
      ...(rate === null ? {} : { rate }),
      allow,
    };
  }

  async why(...args: Parameters<FeatureStore["why"]>) {
    const { why } = await import("@lockstep/parity");
    return why(await this.#bothSides(), ...args);
  }

  /** What is served, with what it is compared with. */
  async #bothSides() {
    const state = await this.registry.state();
    const version = this.#isApplied(state.served);
    const { computations } = await loadBundle(this.project, await this.registry.bundle(version.bundle));
    return {
      db: await this.#database.get(),
      version,
      computations,
      sources: await this.#sources(),
      store: await this.#online.get(),
      state,
      now: this.now(),
      evidence: evidenceFolder(this.config.evidencePath),
    };
  }

  async status() {
    return statusOf(this, this.config, this.#online.get);
  }

  async health() {
    return healthOf(this, this.config, this.#online.get);
  }

  async describe(name: string) {
    return describe(await this.local(), name);
  }

  async serverSettings() {
    return this.config.server();
  }

  async close(): Promise<void> {
    await this.#online.end((store) => store.close());
    await this.#database.end(async (db) => db.close());
  }

  async #sources(): Promise<Sources> {
    const { localSources } = await import("@lockstep/offline");
    return localSources(this.config.dataRoot);
  }

  /** It is loaded again only when another version is served. */
  async #servingNow(): Promise<Serving> {
    const state = await this.registry.state();
    const version = this.#isApplied(state.served);
    this.#completed = completedRuns(state);
    if (this.#serving?.version !== version.version) {
      const { computations } = await loadBundle(this.project, await this.registry.bundle(version.bundle));
      const generations = new Map(Object.entries(version.generations));
      this.#serving = {
        version: version.version,
        serving: { repo: version.repo, computations, generations, version: version.version },
      };
    }
    return this.#serving.serving;
  }
}

function declared(project: string, service: FeatureService) {
  const { ir: repo, computations } = compileRepo(project, [service]);
  return { repo, computations };
}

export function serviceNamed(repo: RepoIR, name: string): ServiceIR {
  const service = repo.services.find((s) => s.name === name);
  if (service) return service;
  const names = repo.services.map((s) => s.name);
  throw new LockstepError({
    code: "SERVICE_UNKNOWN",
    place: `'${name}'`,
    what: `there is no such feature service${didYouMean(name, names)}`,
    mend: names.length > 0 ? `choose one of ${names.join(", ")}` : "declare one with featureService()",
  });
}

async function openDatabase(config: ResolvedConfig, options: OpenOptions): Promise<Database> {
  const { Database } = await import("@lockstep/offline");
  return Database.open({
    ...config.duckdb,
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.onQueryProgress ? { onProgress: options.onQueryProgress } : {}),
  });
}

const userName = (): string => process.env["USER"] ?? "unknown";

const onlineConfig = (config: ResolvedConfig) => config.online();

/** A value that is made when it is first asked for. A failure is not kept. */
function lazy<T>(make: () => Promise<T>) {
  let made: Promise<T> | null = null;
  const get = (): Promise<T> => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
  return { get, end: async (close: (value: T) => Promise<void>) => (made ? close(await made) : undefined) };
}
