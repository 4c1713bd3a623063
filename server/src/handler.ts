import type { IncomingMessage, ServerResponse } from "node:http";
import type { RepoIR } from "@lockstep/core";
import type { FeatureReader } from "@lockstep/online";
import { type Authenticator, createAuthenticator } from "./auth/authenticate.js";
import { refusedReply } from "./auth/refused-reply.js";
import { featuresRoute } from "./features-route.js";
import type { Health } from "./health.js";
import { LIMITS, type Limits } from "./limits/limits.js";
import { createLogger, standardError } from "./logs/logger.js";
import { createMetrics, type Metrics } from "./metrics/metrics.js";
import { type DocumentParams, documentOf, type PersistedDocuments } from "./persisted/persisted-documents.js";
import { type Incoming, type Reply, type Route, respond } from "./pipeline.js";
import { queryRoute } from "./query-route.js";
import { BodyTooLarge, CallerGone, readBody, readFetched } from "./read-body.js";
import { CALLER_GONE, createDoor } from "./requests/door.js";
import { requestReader } from "./requests/request-reader.js";
import type { RequestState } from "./requests/request-state.js";
import { beside } from "./requests/states.js";
import { versions } from "./versions.js";
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

/** A listener for `node:http`, and the same without a socket: `(await handler.fetch("http://any/graphql", init)).json()`. */
export interface Handler {
  (request: IncomingMessage, response: ServerResponse): void;
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
}

/** `/graphql`, `/healthz`, `/readyz` and `/metrics`. */
export function createHandler(options: HandlerOptions): Handler {
  const { origins, persisted, logRequests = false, development = false, health } = options;
  const log = createLogger(options.log ?? standardError);
  const limits = { ...LIMITS, ...options.limits };
  const metrics = options.metrics ?? createMetrics();
  const authenticator = options.authenticator ?? createAuthenticator(null);
  const door = createDoor({ authenticator, limits, metrics, log, logRequests });
  const served = versions(options.repo, limits);
  const reads = { reader: options.reader, limits, metrics };
  const metricsText = options.metricsText ?? metrics.text;
  const yoga = yogaServer({
    versions: served,
    reads,
    health,
    metricsText,
    development,
    origins,
    limits,
    persisted,
    log,
  });
  const document = persisted
    ? (params: DocumentParams) => documentOf(params, persisted.documents(), persisted.only)
    : ({ query }: DocumentParams) => query ?? null;
  const maxBodyBytes = limits.bodyBytes;
  const routes = new Map<string, Route>(
    [
      queryRoute({ maxBodyBytes, origins: origins !== undefined, log, document }),
      featuresRoute({ maxBodyBytes, maxEntities: limits.entities, log }),
    ].map((r) => [r.path, r]),
  );

  async function answer(route: Route, incoming: Omit<Incoming, "version">): Promise<Reply | null> {
    const { state } = incoming;
    const now = served(state.caller.grant);
    const version = now instanceof Promise ? await now : now;
    return respond(route, requestReader(reads, version.owners, state), { ...incoming, version });
  }

  async function listen(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "" } = request;
    const path = pathOf(url);
    const header = (name: string) => headerOf(request, name);
    const entering = door.enter(path, header);
    const { state, refused } = entering instanceof Promise ? await entering : entering;
    response.once("close", () => {
      door.leave(state, method, response.writableFinished ? response.statusCode : CALLER_GONE);
    });
    response.setHeader("x-request-id", state.id);
    if (refused) return write(response, refusedReply(refused));
    const route = method === "POST" ? routes.get(url) : undefined;
    if (!route) return void yoga(request, response, beside(state));
    let body: Buffer;
    let reply: Reply | null;
    try {
      body = await readBody(request, route.maxBodyBytes);
      reply = await answer(route, { path, header, body, state });
    } catch (error) {
      if (error instanceof CallerGone) return;
      // What is still to come of a body that is too large is not waited for.
      if (error instanceof BodyTooLarge) response.setHeader("connection", "close");
      return write(response, route.fail(error, { path, state }));
    }
    if (reply) return write(response, reply);
    const passed = await yoga.fetch(
      `http://${request.headers.host ?? "localhost"}${url}`,
      { method, headers: headersOf(request), body },
      beside(state),
    );
    write(response, {
      status: passed.status,
      headers: Object.fromEntries(passed.headers),
      body: Buffer.from(await passed.arrayBuffer()),
    });
  }

  async function fetched(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const path = new URL(request.url).pathname;
    const header = (name: string) => request.headers.get(name) ?? undefined;
    const { state, refused } = await door.enter(path, header);
    const response = refused ? responseOf(refusedReply(refused)) : await answerFetched(request, path, state);
    response.headers.set("x-request-id", state.id);
    door.leave(state, request.method, response.status);
    return response;
  }

  async function answerFetched(request: Request, path: string, state: RequestState): Promise<Response> {
    const route = request.method === "POST" ? routes.get(path) : undefined;
    if (!route) return yoga.fetch(request, beside(state));
    const header = (name: string) => request.headers.get(name) ?? undefined;
    try {
      const body = await readFetched(request, route.maxBodyBytes);
      const reply = await answer(route, { path, header, body, state });
      if (reply) return responseOf(reply);
      return yoga.fetch(request.url, { method: "POST", headers: request.headers, body }, beside(state));
    } catch (error) {
      return responseOf(route.fail(error, { path, state }));
    }
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    listen(request, response).catch((error: unknown) => {
      log("error", "internal", { code: "INTERNAL", error: String(error) });
      response.destroy();
    });
  };
  return Object.assign(listener, { fetch: fetched });
}

function pathOf(url: string): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

const headersOf = ({ headers }: IncomingMessage): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || name === "content-length" ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
  );

function write(response: ServerResponse, { status, headers, body }: Reply): void {
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, { ...headers, "content-length": length });
  // Text goes out in one piece with the head. Without a character beyond ASCII it needs no encoding.
  if (typeof body === "string") response.end(body, length === body.length ? "latin1" : "utf8");
  else response.end(body);
}

const responseOf = ({ status, headers, body }: Reply): Response =>
  new Response(typeof body === "string" ? body : Buffer.from(body), { status, headers });
