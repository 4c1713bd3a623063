import type { RepoIR } from "@lockstep/core";
import type { FeatureReader } from "@lockstep/online";
import { createYoga } from "graphql-yoga";
import type { Context } from "./builder.js";
import type { GraphQLSchema } from "./graphql.js";
import { type Health, useHealth } from "./health.js";
import { usePresentedErrors } from "./present-errors.js";
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
  /** Default: 1 MB. */
  readonly maxBodyBytes?: number;
  /** Origins of web pages that may ask. Default: none. */
  readonly origins?: readonly string[];
}

/** `/graphql`, `/healthz` and `/readyz`, with no socket: `(await handler.fetch("http://any/graphql", init)).json()`. */
export function createHandler(options: HandlerOptions) {
  const { reader, repo, health, development = false, origins } = options;
  const log = options.log ?? ((line: string) => void process.stderr.write(`${line}\n`));
  return createYoga<object, Context>({
    schema: typeof repo === "function" ? schemaOf(repo) : buildSchema(repo),
    context: { reader },
    graphqlEndpoint: "/graphql",
    graphiql: development,
    landingPage: false,
    cors: origins ? { origin: [...origins], methods: ["GET", "POST"] } : false,
    multipart: false,
    maxRequestBodySize: options.maxBodyBytes ?? 1_000_000,
    maskedErrors: false,
    logging: false,
    plugins: [useHealth(health), usePresentedErrors(log)],
  });
}

export type Handler = ReturnType<typeof createHandler>;

/** Builds a schema once for each version of the repo: again only when it is another object. */
function schemaOf(repo: () => RepoIR | Promise<RepoIR>): () => Promise<GraphQLSchema> {
  const built = new WeakMap<RepoIR, GraphQLSchema>();
  return async () => {
    const now = await repo();
    const schema = built.get(now) ?? buildSchema(now);
    built.set(now, schema);
    return schema;
  };
}
