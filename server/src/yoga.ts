import { createYoga, type Plugin } from "graphql-yoga";
import type { Context } from "./builder.js";
import type { GraphQLSchema } from "./graphql.js";
import type { HandlerOptions } from "./handler.js";
import { useHealth } from "./health.js";
import { type Log, usePresentedErrors } from "./present-errors.js";

/** The paths of routes are for POST, and that is not Yoga's. */
const usePostOnly = (paths: readonly string[]): Plugin => ({
  onRequest({ url, fetchAPI, endResponse }) {
    if (!paths.includes(url.pathname)) return;
    endResponse(new fetchAPI.Response(null, { status: 405, headers: { allow: "POST" } }));
  },
});

/** Everything that no route answers: documents that have no plan, GraphiQL, health. */
export function yogaServer(
  { reader, health, development = false, origins }: HandlerOptions,
  schema: () => Promise<GraphQLSchema>,
  maxBodyBytes: number,
  log: Log,
  posts: readonly string[] = [],
) {
  return createYoga<object, Context>({
    schema,
    context: { reader },
    graphqlEndpoint: "/graphql",
    graphiql: development,
    landingPage: false,
    cors: origins ? { origin: [...origins], methods: ["GET", "POST"] } : false,
    multipart: false,
    maxRequestBodySize: maxBodyBytes,
    maskedErrors: false,
    logging: false,
    plugins: [useHealth(health), usePostOnly(posts), usePresentedErrors(log)],
  });
}
