import type { IncomingMessage, ServerResponse } from "node:http";
import type { RepoIR } from "@lockstep/core";
import type { FeatureReader } from "@lockstep/online";
import { feastRoute } from "./feast-route.js";
import { featuresRoute } from "./features-route.js";
import type { GraphQLSchema } from "./graphql.js";
import type { Health } from "./health.js";
import { listen } from "./node-listener.js";
import { type Answering, type Incoming, NOTHING, type Reply, type Route, respond } from "./pipeline.js";
import { QueryPlans } from "./query-plans.js";
import { queryRoute } from "./query-route.js";
import { readFetched } from "./read-body.js";
import { buildSchema } from "./schema.js";
import { type ServiceShape, serviceShapes } from "./service-shape.js";
import { yogaServer } from "./yoga.js";

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
  /** Of a request that is not GraphQL. Default: 10,000. */
  readonly maxEntities?: number;
  /** Origins of web pages that may ask. Default: none. */
  readonly origins?: readonly string[];
}

/** A listener for `node:http`, and the same without a socket: `(await handler.fetch("http://any/graphql", init)).json()`. */
export interface Handler {
  (request: IncomingMessage, response: ServerResponse): void;
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
}

/** `/graphql`, `/healthz` and `/readyz`. */
export function createHandler(options: HandlerOptions): Handler {
  const log = options.log ?? ((line: string) => void process.stderr.write(`${line}\n`));
  const maxBodyBytes = options.maxBodyBytes ?? 1_000_000;
  const { repo } = options;
  if (typeof repo !== "function") buildSchema(repo);
  const version = versions(typeof repo === "function" ? repo : () => repo);
  const yoga = yogaServer(options, async () => (await version()).schema, maxBodyBytes, log, POSTS);
  const plans = () => {
    const now = version();
    return now instanceof Promise ? now.then((v) => v.plans) : now.plans;
  };
  const limits = { maxBodyBytes, maxEntities: options.maxEntities ?? 10_000, log };
  const routes = new Map<string, Route>(
    [
      queryRoute({ plans, maxBodyBytes, origins: options.origins !== undefined, log }),
      featuresRoute(limits),
      feastRoute({ ...limits, services: async () => (await version()).services }),
    ].map((r) => [r.path, r]),
  );

  const answer: Answering = (route, incoming) => respond(route, options.reader, incoming);

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const route = request.method === "POST" ? routes.get(request.url ?? "") : undefined;
    if (route) void listen(route, answer, (url, init) => yoga.fetch(url, init), request, response);
    else void yoga(request, response);
  };

  return Object.assign(listener, {
    fetch: async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const request = new Request(input, init);
      const route = request.method === "POST" ? routes.get(new URL(request.url).pathname) : undefined;
      if (!route) return yoga.fetch(request);
      const header = (name: string) => request.headers.get(name) ?? undefined;
      const incoming: Incoming = { path: route.path, header, body: NOTHING };
      try {
        const body = await readFetched(request, route.maxBodyBytes);
        const reply = await answer(route, { ...incoming, body });
        if (reply) return responseOf(reply);
        return yoga.fetch(request.url, { method: "POST", headers: request.headers, body });
      } catch (error) {
        return responseOf(route.fail(error, incoming));
      }
    },
  });
}

/** What is not for GraphQL. */
const POSTS = ["/features", "/get-online-features"];

const responseOf = ({ status, headers, body }: Reply): Response =>
  new Response(typeof body === "string" ? body : Buffer.from(body), { status, headers });

interface Version {
  readonly schema: GraphQLSchema;
  readonly services: readonly ServiceShape[];
  readonly plans: QueryPlans;
}

/** Builds what follows from a version of the repo once: again only when it is another object. */
function versions(repo: () => RepoIR | Promise<RepoIR>): () => Version | Promise<Version> {
  const built = new WeakMap<RepoIR, Version>();
  const versionOf = (now: RepoIR): Version => {
    const present = built.get(now);
    if (present) return present;
    const schema = buildSchema(now);
    const services = serviceShapes(now);
    const version = { schema, services, plans: new QueryPlans(schema, services) };
    built.set(now, version);
    return version;
  };
  return () => {
    const now = repo();
    return now instanceof Promise ? now.then(versionOf) : versionOf(now);
  };
}
