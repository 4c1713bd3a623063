import type { IncomingMessage, ServerResponse } from "node:http";
import { type Answering, type Incoming, NOTHING, type Reply, type Route } from "./pipeline.js";
import { readBody } from "./read-body.js";

type Pass = (
  url: string,
  init: { method: string; headers: [string, string][]; body: Buffer },
) => Promise<Response> | Response;

/** Answers a request of `node:http` by a route, without the Fetch API, which costs more than the answer. */
export async function listen(
  route: Route,
  answer: Answering,
  pass: Pass,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const incoming: Incoming = {
    path: route.path,
    header: (name) => headerOf(request, name),
    body: NOTHING,
  };
  try {
    const body = await readBody(request, route.maxBodyBytes);
    const reply = await answer(route, { ...incoming, body });
    if (reply) write(response, reply);
    else await forward(response, await pass(urlOf(request), { method: "POST", headers: headersOf(request), body }));
  } catch (error) {
    if (!response.headersSent && !response.destroyed) write(response, route.fail(error, incoming));
  }
}

function write(response: ServerResponse, { status, headers, body }: Reply): void {
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, { ...headers, "content-length": length });
  // Text goes out in one piece with the head. Without a character beyond ASCII it needs no encoding.
  if (typeof body === "string") response.end(body, length === body.length ? "latin1" : "utf8");
  else response.end(body);
}

async function forward(response: ServerResponse, passed: Response): Promise<void> {
  response.writeHead(passed.status, Object.fromEntries(passed.headers));
  response.end(Buffer.from(await passed.arrayBuffer()));
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
