import type { RepoIR } from "@lockstep/core";
import type { FeatureReader } from "@lockstep/online";
import { createYoga, type Plugin } from "graphql-yoga";
import { type Authenticator, createAuthenticator } from "./auth/authenticate.js";
import { EVERYTHING } from "./auth/grant.js";
import { perScope, restrictRepo } from "./auth/restrict-repo.js";
import { useIntrospection } from "./auth/use-introspection.js";
import type { Context } from "./builder.js";
import type { GraphQLSchema } from "./graphql.js";
import { type Health, useHealth } from "./health.js";
import { LIMITS, type Limits } from "./limits/limits.js";
import { useLimits } from "./limits/use-limits.js";
import { createLogger, standardError } from "./logs/logger.js";
import { createMetrics, type Metrics } from "./metrics/metrics.js";
import { useMetrics } from "./metrics/use-metrics.js";
import type { PersistedDocuments } from "./persisted/persisted-documents.js";
import { usePersisted } from "./persisted/use-persisted.js";
import { usePresentedErrors } from "./present-errors.js";
import { requestReader } from "./requests/request-reader.js";
import { type States, useRequests } from "./requests/use-requests.js";
import { buildSchema } from "./schema.js";

export interface HandlerOptions {
  readonly reader: FeatureReader;
  /** What is served; a function where a new version may be applied while the server runs. */
  readonly repo: RepoIR | (() => RepoIR | Promise<RepoIR>);
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
  /** Origins of web pages that may ask. Default: none. */
  readonly origins?: readonly string[];
}

const OPEN = createAuthenticator(null);

/**
 * `/graphql`, `/healthz`, `/readyz` and `/metrics`, with no socket:
 * `(await handler.fetch("http://any/graphql", init)).json()`.
 */
export function createHandler(options: HandlerOptions) {
  const { repo, health, development = false, origins, persisted, logRequests = false } = options;
  const log = createLogger(options.log ?? standardError);
  const limits = { ...LIMITS, ...options.limits };
  const metrics = options.metrics ?? createMetrics();
  const states: States = new WeakMap();
  const served = typeof repo === "function" ? repo : () => repo;
  const schemas = perScope((whole, grant) => buildSchema(restrictRepo(whole, grant)));
  if (typeof repo !== "function") schemas(repo, EVERYTHING);
  const reads = { reader: options.reader, limits, metrics };
  const stateOf = (request: Request) => {
    const state = states.get(request);
    if (!state) throw new Error("a request is answered that nobody has let in");
    return state;
  };
  const plugins: Plugin[] = [
    useRequests({ authenticator: options.authenticator ?? OPEN, limits, metrics, log, logRequests }, states),
    useHealth(health, states),
    useMetrics(options.metricsText ?? metrics.text, states),
    ...(persisted ? [usePersisted(persisted.documents, persisted.only)] : []),
    useLimits(limits),
    useIntrospection(states),
    usePresentedErrors(log, states),
  ];
  return createYoga<object, Context>({
    schema: async ({ request }): Promise<GraphQLSchema> => schemas(await served(), stateOf(request).caller.grant),
    context: async ({ request }) => ({ reader: requestReader(reads, await served(), stateOf(request)) }),
    graphqlEndpoint: "/graphql",
    graphiql: development,
    landingPage: false,
    cors: origins ? { origin: [...origins], methods: ["GET", "POST"] } : false,
    multipart: false,
    maxRequestBodySize: limits.bodyBytes,
    extraParamNames: ["documentId"],
    maskedErrors: false,
    logging: false,
    plugins,
  });
}

export type Handler = ReturnType<typeof createHandler>;
