import { createYoga } from "graphql-yoga";
import type { Context } from "./builder.js";
import type { GraphQLSchema } from "./graphql.js";
import type { HandlerOptions } from "./handler.js";
import { useHealth } from "./health.js";
import { type Log, usePresentedErrors } from "./present-errors.js";

/** Everything that no route answers: documents that have no plan, GraphiQL, health. */
export function yogaServer(
  { reader, health, development = false, origins }: HandlerOptions,
  schema: () => Promise<GraphQLSchema>,
  maxBodyBytes: number,
  log: Log,
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
    plugins: [useHealth(health), usePresentedErrors(log)],
  });
}
