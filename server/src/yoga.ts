import { createYoga, type Plugin } from "graphql-yoga";
import { useIntrospection } from "./auth/use-introspection.js";
import type { Context } from "./builder.js";
import { type Health, useHealth } from "./health.js";
import type { Limits } from "./limits/limits.js";
import { useLimits } from "./limits/use-limits.js";
import type { Logger } from "./logs/logger.js";
import { useMetrics } from "./metrics/use-metrics.js";
import type { PersistedDocuments } from "./persisted/persisted-documents.js";
import { usePersisted } from "./persisted/use-persisted.js";
import { usePresentedErrors } from "./present-errors.js";
import { type RequestReaderOptions, requestReader } from "./requests/request-reader.js";
import type { RequestState } from "./requests/request-state.js";
import { type States, useRequests } from "./requests/states.js";
import type { Versions } from "./versions.js";

export interface YogaOptions {
  readonly versions: Versions;
  readonly reads: RequestReaderOptions;
  readonly health: () => Promise<Health>;
  readonly metricsText: () => Promise<string>;
  readonly development: boolean;
  readonly origins: readonly string[] | undefined;
  readonly limits: Limits;
  readonly persisted: { readonly documents: () => PersistedDocuments; readonly only: boolean } | undefined;
  readonly log: Logger;
}

/** Everything that no route answers: documents that have no plan, GraphiQL, health, metrics. */
export function yogaServer({ versions, reads, limits, persisted, origins, log, ...options }: YogaOptions) {
  const states: States = new WeakMap();
  const stateOf = (request: Request): RequestState => {
    const state = states.get(request);
    if (!state) throw new Error("a request is answered that nobody has let in");
    return state;
  };
  const plugins: Plugin[] = [
    useRequests(states),
    useHealth(options.health, states),
    useMetrics(options.metricsText, states),
    ...(persisted ? [usePersisted(persisted.documents, persisted.only)] : []),
    useLimits(limits),
    useIntrospection(states),
    usePresentedErrors(log, states),
  ];
  return createYoga<object, Context>({
    schema: async ({ request }) => (await versions(stateOf(request).caller.grant)).schema,
    context: async ({ request }) => {
      const state = stateOf(request);
      return { reader: requestReader(reads, (await versions(state.caller.grant)).owners, state) };
    },
    graphqlEndpoint: "/graphql",
    graphiql: options.development,
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
