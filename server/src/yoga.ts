import { createYoga, type Plugin } from "graphql-yoga";
import { useIntrospection } from "./auth/use-introspection.js";
import type { Context } from "./builder.js";
import { errorReply } from "./error-reply.js";
import { type Health, useHealth } from "./health.js";
import { isJson } from "./json-body.js";
import type { Limits } from "./limits/limits.js";
import { useLimits } from "./limits/use-limits.js";
import type { Logger } from "./logs/logger.js";
import { useMetrics } from "./metrics/use-metrics.js";
import type { PersistedDocuments } from "./persisted/persisted-documents.js";
import { usePersisted } from "./persisted/use-persisted.js";
import { usePresentedErrors } from "./present-errors.js";
import { NO_JSON } from "./push/push-route.js";
import { type RequestPusherOptions, requestPusher } from "./push/request-pusher.js";
import { type RequestReaderOptions, requestReader } from "./requests/request-reader.js";
import { type RequestState, versionOf } from "./requests/request-state.js";
import { type States, useRequests } from "./requests/states.js";
import type { Versions } from "./versions.js";

const POST_ONLY = {
  code: "METHOD_NOT_ALLOWED",
  what: "features are asked for by POST",
  mend: "send a POST with a body of JSON",
};

/** The paths of routes are for POST, and that is not Yoga's. */
const usePostOnly = (paths: readonly string[]): Plugin => ({
  onRequest({ url, fetchAPI, endResponse }) {
    if (!paths.includes(url.pathname)) return;
    const { status, headers, body } = errorReply([POST_ONLY]);
    endResponse(new fetchAPI.Response(body as string, { status, headers: { ...headers, allow: "POST" } }));
  },
});

export interface YogaOptions {
  readonly versions: Versions;
  readonly reads: RequestReaderOptions;
  readonly pushes: RequestPusherOptions;
  readonly health: () => Promise<Health>;
  readonly metricsText: () => Promise<string>;
  readonly development: boolean;
  readonly limits: Limits;
  readonly persisted: { readonly documents: () => PersistedDocuments; readonly only: boolean } | undefined;
  readonly log: Logger;
  /** Paths of routes that aren't GraphQL's. */
  readonly posts: readonly string[];
}

export type Yoga = ReturnType<typeof yogaServer>;

/** Everything that no route answers: documents that have no plan, GraphiQL, health, metrics. */
export function yogaServer({ versions, reads, pushes, limits, persisted, log, ...options }: YogaOptions) {
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
    usePostOnly(options.posts),
    ...(persisted ? [usePersisted(persisted.documents, persisted.only)] : []),
    useLimits(limits),
    useIntrospection(states),
    usePresentedErrors(log, states),
  ];
  return createYoga<object, Context>({
    schema: async ({ request }) => (await versionOf(stateOf(request), versions)).schema,
    context: async ({ request }) => {
      const state = stateOf(request);
      const version = await versionOf(state, versions);
      return {
        reader: requestReader(reads, version, state),
        pusher: isJson(request.headers.get("content-type"))
          ? requestPusher(pushes, version.pushes, state)
          : { push: () => Promise.reject(NO_JSON) },
      };
    },
    graphqlEndpoint: "/graphql",
    graphiql: options.development,
    landingPage: false,
    cors: false,
    multipart: false,
    maxRequestBodySize: limits.bodyBytes,
    extraParamNames: ["documentId"],
    maskedErrors: false,
    logging: false,
    plugins,
  });
}
