import {
  type FeatureReader,
  loggedReader,
  type OnlineStore,
  openServingLog,
  type ServingLogOptions,
} from "@lockstep/online";
import { createHandler, type HandlerOptions } from "./handler.js";
import type { Health } from "./health.js";
import { httpServer } from "./listening/http-server.js";
import { drain, listen } from "./listening/listen.js";
import { refuseUnprotected } from "./listening/protection.js";
import { createLogger, standardError } from "./logs/logger.js";
import { servingLogMetrics } from "./metrics/serving-log-metrics.js";
import { type OperationSettings, type Operations, openOperations } from "./operations.js";
import { buildSchema } from "./schema.js";
import type { TlsFiles } from "./tls/certificate.js";

type Own = "reader" | "authenticator" | "metrics" | "persisted";

export interface ServerOptions extends Omit<HandlerOptions, Own>, OperationSettings {
  /** Or what opens one: then the store that it reads is guarded and measured. */
  readonly reader: FeatureReader | ((through: (store: OnlineStore) => OnlineStore) => Promise<FeatureReader>);
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly tls?: TlsFiles | undefined;
  /** Keeps a sample of what is served in files. */
  readonly servingLog?: ServingLogOptions | undefined;
  /** How long `close` waits for requests under way. Default: 10 s. */
  readonly graceMs?: number;
}

export interface RunningServer {
  /** `http://host:port`: `/graphql`, `/healthz`, `/readyz` and `/metrics` lie below. */
  readonly url: string;
  readonly port: number;
  readonly operations: Operations;
  /** Stops accepting, waits for requests under way, then ends the rest. */
  close(): Promise<void>;
}

/** Serves feature services over HTTP. A schema that can't be built fails here, before anything listens. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { reader, host, tls, filesEveryMs: everyMs, repo } = options;
  refuseUnprotected(host, options.auth);
  if (typeof repo === "function") buildSchema(await repo());
  let closing: Promise<void> | undefined;
  const log = createLogger(options.log ?? standardError);
  const operations = openOperations(options, options.health, log);
  const served =
    options.servingLog &&
    openServingLog({ onError: (error) => log("warn", "servingLog", { error: String(error) }), ...options.servingLog });
  if (served) servingLogMetrics(operations.metrics.registry, served);
  const health = async (): Promise<Health> => {
    if (closing) throw new Error("the server is stopping");
    if ((operations.guard()?.retryInMs ?? 0) > 0) throw new Error("the online store's last reads failed");
    const found = await options.health();
    return served ? { ...found, servingLog: served.state() } : found;
  };
  const told = typeof reader === "function" ? await reader(operations.through) : reader;
  const handler = createHandler({
    ...options,
    ...operations,
    reader: served ? loggedReader(told, served) : told,
    health,
    persisted: operations.persisted,
  });
  const onError = (error: unknown) => log("warn", "tls", { error: String(error) });
  const http = httpServer(handler, tls, { onError, everyMs });
  const port = await listen(http.server, host, options.port);
  const stop = async () => {
    await drain(http.server, options.graceMs ?? 10_000);
    http.close();
    operations.close();
    await served?.close();
  };
  return {
    url: `${http.scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    operations,
    close: () => (closing ??= stop()),
  };
}
