import type { AuthSettings } from "@lockstep/core";
import type { OnlineStore } from "@lockstep/online";
import type { Tracer } from "@opentelemetry/api";
import { type Authenticator, createAuthenticator } from "./auth/authenticate.js";
import { watchedFiles } from "./files/watched-files.js";
import { GUARD, type GuardedStore, type GuardSettings, type GuardState, guardStore } from "./guard/guard-store.js";
import type { Health } from "./health.js";
import type { Logger } from "./logs/logger.js";
import { measureStore } from "./metrics/measure-store.js";
import { createMetrics, type Metrics } from "./metrics/metrics.js";
import { type PersistedDocuments, parsePersisted } from "./persisted/persisted-documents.js";
import { openTracing } from "./tracing/open-tracing.js";
import type { TracingSettings } from "./tracing/settings.js";
import { traceStore } from "./tracing/trace-store.js";

export interface OperationSettings {
  /** Required where others than this machine can reach the host; "none": something in front of it asks who they are. */
  readonly auth?: AuthSettings | "none" | undefined;
  readonly guard?: Partial<GuardSettings> | undefined;
  /** A file of documents that are answered by their hash; `only`: and no others. */
  readonly persisted?: { readonly file: string; readonly only: boolean } | undefined;
  /** Where traces go. Default: where the variables of OpenTelemetry say; nowhere, if they say nothing. */
  readonly tracing?: TracingSettings | undefined;
  /** How often files are looked at for changes. Default: 5 s. */
  readonly filesEveryMs?: number | undefined;
}

/** What stands around the answering of requests. */
export interface Operations {
  readonly authenticator: Authenticator;
  readonly persisted?: { readonly documents: () => PersistedDocuments; readonly only: boolean };
  readonly metrics: Metrics;
  /** Guards and measures the store that a reader is to read and a pusher to write: the same for the same. */
  readonly through: (store: OnlineStore) => OnlineStore;
  readonly guard: () => GuardState | null;
  readonly tracer: Tracer | null;
  close(): Promise<void>;
}

export async function openOperations(
  settings: OperationSettings,
  health: () => Promise<Health>,
  log: Logger,
): Promise<Operations> {
  const { auth = "none", persisted, filesEveryMs: everyMs } = settings;
  const told = (event: string) => (error: unknown) => log("warn", event, { error: String(error) });
  const authenticator = createAuthenticator(auth === "none" ? null : auth, told("jwks"));
  const documents =
    persisted &&
    watchedFiles([persisted.file], (content) => parsePersisted(persisted.file, content as Buffer), {
      onError: told("persisted"),
      everyMs,
    });
  const tracing = await openTracing(settings.tracing);
  let guarded: GuardedStore | undefined;
  const wrapped = new WeakMap<OnlineStore, OnlineStore>();
  const guard = () => guarded?.guard() ?? null;
  const found = briefly(health, 1_000);
  const metrics = createMetrics({
    guard,
    views: async () => (await found()).views,
    version: async () => (await found()).registry.version,
  });
  return {
    authenticator,
    ...(documents ? { persisted: { documents: documents.get, only: persisted?.only ?? false } } : {}),
    metrics,
    through: (store) => {
      const known = wrapped.get(store);
      if (known) return known;
      guarded = guardStore(store, { ...GUARD, ...settings.guard });
      const traced = tracing ? traceStore(guarded, tracing.tracer) : guarded;
      const measured = measureStore(traced, metrics.storeRead);
      wrapped.set(store, measured);
      return measured;
    },
    guard,
    tracer: tracing?.tracer ?? null,
    close: async () => {
      authenticator.close();
      documents?.close();
      await tracing?.close();
    },
  };
}

/** Asked once for all who ask within that time. */
function briefly<T>(ask: () => Promise<T>, forMs: number): () => Promise<T> {
  let asked: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return () => {
    const now = performance.now();
    if (!asked || now - asked.at > forMs) asked = { at: now, answer: ask() };
    return asked.answer;
  };
}
