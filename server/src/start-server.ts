import cluster from "node:cluster";
import {
  type FeatureReader,
  loggedReader,
  type OnlineStore,
  openServingLog,
  type Pusher,
  type ServingLogOptions,
} from "@lockstep/online";
import { EVERYTHING } from "./auth/grant.js";
import { createHandler, type HandlerOptions } from "./handler.js";
import type { Health } from "./health.js";
import { httpServer } from "./listening/http-server.js";
import { drain, listen } from "./listening/listen.js";
import { refuseUnprotected } from "./listening/protection.js";
import { createLogger, type Logger, standardError } from "./logs/logger.js";
import { servingLogMetrics } from "./metrics/serving-log-metrics.js";
import { type OperationSettings, type Operations, openOperations } from "./operations.js";
import { pushableSources } from "./push/pushable-sources.js";
import { buildSchema } from "./schema.js";
import type { TlsFiles } from "./tls/certificate.js";
import { startWorkers } from "./workers/primary.js";
import { askPrimary, joinWorkers } from "./workers/worker.js";

type Own = "reader" | "pusher" | "authenticator" | "metrics" | "persisted" | "tracer";

export interface ServerOptions extends Omit<HandlerOptions, Own>, OperationSettings {
  /** Or what opens one: then the store that it reads is guarded and measured. */
  readonly reader: FeatureReader | ((through: (store: OnlineStore) => OnlineStore) => Promise<FeatureReader>);
  /** Takes pushed rows; or what opens it, as with the reader. Default: nobody may push. */
  readonly pusher?: Pusher | ((through: (store: OnlineStore) => OnlineStore) => Promise<Pusher>) | undefined;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly tls?: TlsFiles | undefined;
  /** Keeps a sample of what is served in files. */
  readonly servingLog?: ServingLogOptions | undefined;
  /** How many processes share the port: this very program is started again so many times. Default: only this one. */
  readonly workers?: number | undefined;
  /** How long `close` waits for requests under way. Default: 10 s. */
  readonly graceMs?: number;
}

export interface RunningServer {
  /** `http://host:port`: `/graphql`, `/healthz`, `/readyz` and `/metrics` lie below. */
  readonly url: string;
  readonly port: number;
  /** Null where workers do the work. */
  readonly operations: Operations | null;
  /** Stops accepting, waits for requests under way, then ends the rest. */
  close(): Promise<void>;
}

const GRACE_MS = 10_000;

/** Serves feature services over HTTP. A schema that can't be built fails here, before anything listens. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { repo, host, auth, workers = 1, tls, graceMs = GRACE_MS } = options;
  refuseUnprotected(host, auth);
  if (typeof repo === "function") {
    const { repo: now } = await repo();
    buildSchema(now, options.pusher ? pushableSources(now, EVERYTHING) : []);
  }
  const log = createLogger(options.log ?? standardError);
  if (workers === 1 || cluster.isWorker) return startOne(options, log);
  const running = await startWorkers({ workers, log, graceMs });
  return { ...running, url: urlOf(tls ? "https" : "http", host, running.port), operations: null };
}

const urlOf = (scheme: string, host: string, port: number): string =>
  `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;

async function startOne(options: ServerOptions, log: Logger): Promise<RunningServer> {
  const { reader, pusher, host, tls, filesEveryMs: everyMs, graceMs = GRACE_MS } = options;
  let closing: Promise<void> | undefined;
  const operations = await openOperations(options, options.health, log);
  const served =
    options.servingLog &&
    openServingLog({ onError: (error) => log("warn", "servingLog", { error: String(error) }), ...options.servingLog });
  if (served) servingLogMetrics(operations.metrics.registry, served);
  joinWorkers(operations.metrics.registry);
  const health = async (): Promise<Health> => {
    if (closing) throw new Error("the server is stopping");
    if ((operations.guard()?.retryInMs ?? 0) > 0) throw new Error("the online store's last reads failed");
    return {
      ...(await options.health()),
      ...(served ? { servingLog: served.state() } : {}),
      ...(cluster.isWorker ? { workers: await askPrimary("workers") } : {}),
    };
  };
  const told = typeof reader === "function" ? await reader(operations.through) : reader;
  const handler = createHandler({
    ...options,
    ...operations,
    pusher: typeof pusher === "function" ? await pusher(operations.through) : pusher,
    reader: served ? loggedReader(told, served) : told,
    health,
    persisted: operations.persisted,
    ...(cluster.isWorker ? { metricsText: () => askPrimary("metrics") } : {}),
  });
  const onError = (error: unknown) => log("warn", "tls", { error: String(error) });
  const http = httpServer(handler, tls, { onError, everyMs });
  const port = await listen(http.server, host, options.port);
  const stop = async () => {
    await drain(http.server, graceMs);
    http.close();
    await operations.close();
    await served?.close();
  };
  return { url: urlOf(http.scheme, host, port), port, operations, close: () => (closing ??= stop()) };
}
