import type { IncomingMessage, ServerResponse } from "node:http";
import type { FeatureReader, Pusher } from "@lockstep/online";
import type { Tracer } from "@opentelemetry/api";
import { type Authenticator, createAuthenticator } from "./auth/authenticate.js";
import { type CorsSettings, createCors } from "./cors.js";
import type { Entrance } from "./entrance.js";
import { feastRoute } from "./feast-route.js";
import { featuresRoute } from "./features-route.js";
import { fetched } from "./fetch-listener.js";
import type { Health } from "./health.js";
import { LIMITS, type Limits } from "./limits/limits.js";
import { createLogger, standardError } from "./logs/logger.js";
import { createMetrics, type Metrics } from "./metrics/metrics.js";
import { listen } from "./node-listener.js";
import { type DocumentParams, documentOf, type PersistedDocuments } from "./persisted/persisted-documents.js";
import { type Answering, type Arrived, type Route, respond } from "./pipeline.js";
import { pushRoute } from "./push/push-route.js";
import { requestPusher } from "./push/request-pusher.js";
import { queryRoute } from "./query-route.js";
import { createDoor } from "./requests/door.js";
import { requestReader } from "./requests/request-reader.js";
import { versionOf } from "./requests/request-state.js";
import { type ServedRepo, type Version, versions } from "./versions.js";
import { yogaServer } from "./yoga.js";

export interface HandlerOptions {
  readonly reader: FeatureReader;
  /** Takes pushed rows. Default: nobody may push. */
  readonly pusher?: Pusher | undefined;
  readonly repo: ServedRepo;
  readonly health: () => Promise<Health>;
  /** Serves GraphiQL. */
  readonly development?: boolean;
  /** One line of JSON for each event. Default: standard error. */
  readonly log?: (line: string) => void;
  /** A line for each request; else only for those that fail on the server's side. */
  readonly logRequests?: boolean;
  /** Default: anybody may do anything. */
  readonly authenticator?: Authenticator;
  readonly limits?: Partial<Limits>;
  /** Documents that are answered by their hash; `only`: and no others. */
  readonly persisted?: { readonly documents: () => PersistedDocuments; readonly only: boolean } | undefined;
  readonly metrics?: Metrics;
  /** The text of `/metrics`, where it is not this process's own. */
  readonly metricsText?: () => Promise<string>;
  /** Makes a span of each request and its steps. Default: none. */
  readonly tracer?: Tracer | null;
  /** Which web pages may ask. Default: none of other origins. */
  readonly cors?: CorsSettings | undefined;
}

/** A listener for `node:http`, and the same without a socket: `(await handler.fetch("http://any/graphql", init)).json()`. */
export interface Handler {
  (request: IncomingMessage, response: ServerResponse): void;
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
}

/** `/graphql`, `/features`, `/get-online-features`, where rows may be pushed `/push`, `/healthz`, `/readyz` and `/metrics`. */
export function createHandler(options: HandlerOptions): Handler {
  const { cors, persisted, logRequests = false, development = false, tracer = null, health } = options;
  const log = createLogger(options.log ?? standardError);
  const limits = { ...LIMITS, ...options.limits };
  const metrics = options.metrics ?? createMetrics();
  const authenticator = options.authenticator ?? createAuthenticator(null);
  const pusher = options.pusher ?? null;
  const served = versions(options.repo, limits, pusher !== null);
  const reads = { reader: options.reader, limits, metrics };
  const pushes = { pusher, limits, metrics };
  const document = persisted
    ? (params: DocumentParams) => documentOf(params, persisted.documents(), persisted.only)
    : ({ query }: DocumentParams) => query ?? null;
  const maxBodyBytes = limits.bodyBytes;
  const others = { maxBodyBytes, maxEntities: limits.entities, log };
  const posts = [featuresRoute(others), feastRoute(others), ...(pusher ? [pushRoute(others)] : [])];
  const graphql = queryRoute({ maxBodyBytes, log, document });
  const respondAs = (route: Route, arrived: Arrived, version: Version) =>
    respond(
      route,
      {
        reader: requestReader(reads, version, arrived.state),
        pusher: () => requestPusher(pushes, version.pushes, arrived.state),
      },
      { ...arrived, version },
    );
  const answer: Answering = (route, arrived) => {
    const now = versionOf(arrived.state, served);
    return now instanceof Promise
      ? now.then((version) => respondAs(route, arrived, version))
      : respondAs(route, arrived, now);
  };
  const routes = new Map([graphql, ...posts].map((route) => [route.path, route]));
  const entrance: Entrance = {
    door: createDoor({ authenticator, limits, metrics, log, logRequests, tracer, paths: new Set(routes.keys()) }),
    cors: cors ? createCors(cors) : null,
    routes,
    answer,
    yoga: yogaServer({
      versions: served,
      reads,
      pushes,
      health,
      metricsText: options.metricsText ?? metrics.text,
      development,
      limits,
      persisted,
      log,
      posts: posts.map(({ path }) => path),
    }),
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    listen(entrance, request, response).catch((error: unknown) => {
      log("error", "internal", { code: "INTERNAL", error: String(error) });
      response.destroy();
    });
  };
  return Object.assign(listener, {
    fetch: (input: string | URL | Request, init?: RequestInit) => fetched(entrance, new Request(input, init)),
  });
}
