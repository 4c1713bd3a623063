import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { refusedReply } from "./auth/refused-reply.js";
import type { Entrance } from "./entrance.js";
import type { Reply, Route } from "./pipeline.js";
import { BodyTooLarge, CallerGone, readBody } from "./read-body.js";
import { CALLER_GONE } from "./requests/door.js";
import type { RequestState } from "./requests/request-state.js";
import { beside } from "./requests/states.js";
import { step } from "./tracing/request-trace.js";

/** Answers a request of `node:http`; by a route without the Fetch API, which costs more than the answer. */
export async function listen(entrance: Entrance, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { door, cors, routes, yoga } = entrance;
  const { method = "GET" } = request;
  const path = pathOf(request);
  const header = (name: string) => headerOf(request, name);
  if (cors) {
    const preflight = cors.preflight(method, header);
    if (preflight) return write(response, preflight);
    for (const [name, value] of Object.entries(cors.headers(header))) response.setHeader(name, value);
  }
  const entering = door.enter(method, path, header);
  const { state, refused } = entering instanceof Promise ? await entering : entering;
  response.once("close", () => {
    door.leave(state, method, response.writableFinished ? response.statusCode : CALLER_GONE);
  });
  if (refused) return write(response, refusedReply(refused, path), state);
  const route = method === "POST" ? routes.get(path) : undefined;
  if (route) return listenRoute(entrance, route, state, request, response);
  response.setHeader("x-request-id", state.id);
  await step(state.trace, "graphql", async () => yoga(request, response, beside(state)));
}

async function listenRoute(
  { answer, yoga }: Entrance,
  route: Route,
  state: RequestState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { path } = route;
  let body: Buffer;
  let reply: Reply | null;
  try {
    body = await readBody(request, route.maxBodyBytes);
    reply = await answer(route, { path, header: (name) => headerOf(request, name), body, state });
  } catch (error) {
    if (error instanceof CallerGone) return;
    // What is still to come of a body that is too large is not waited for.
    if (error instanceof BodyTooLarge) response.setHeader("connection", "close");
    return write(response, route.fail(error, { path, state }), state);
  }
  if (reply) return write(response, reply, state);
  const init = { method: "POST", headers: headersOf(request), body };
  const passed = await step(state.trace, "graphql", async () => yoga.fetch(urlOf(request), init, beside(state)));
  await forward(response, passed, state);
}

function write(response: ServerResponse, { status, headers, body }: Reply, state?: RequestState): void {
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  const all: OutgoingHttpHeaders = { ...headers, "content-length": length };
  if (state) all["x-request-id"] = state.id;
  const before = response.getHeader("vary");
  if (before !== undefined && all["vary"] !== undefined) all["vary"] = `${before}, ${all["vary"]}`;
  response.writeHead(status, all);
  // Text goes out in one piece with the head. Without a character beyond ASCII it needs no encoding.
  if (typeof body === "string") response.end(body, length === body.length ? "latin1" : "utf8");
  else response.end(body);
}

async function forward(response: ServerResponse, passed: Response, state: RequestState): Promise<void> {
  const body = Buffer.from(await passed.arrayBuffer());
  write(response, { status: passed.status, headers: Object.fromEntries(passed.headers), body }, state);
}

function pathOf({ url = "" }: IncomingMessage): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}

const urlOf = (request: IncomingMessage): string => `http://${request.headers.host ?? "localhost"}${request.url}`;

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

const headersOf = (request: IncomingMessage): [string, string][] =>
  Object.keys(request.headers)
    .filter((name) => name !== "content-length" && name !== "transfer-encoding")
    .map((name) => [name, headerOf(request, name) ?? ""]);
