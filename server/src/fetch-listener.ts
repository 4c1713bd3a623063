import { refusedReply } from "./auth/refused-reply.js";
import type { Entrance } from "./entrance.js";
import type { Reply } from "./pipeline.js";
import { readFetched } from "./read-body.js";
import type { RequestState } from "./requests/request-state.js";
import { beside } from "./requests/states.js";
import { step } from "./tracing/request-trace.js";

/** Answers a request of the Fetch API, without a socket. */
export async function fetched(entrance: Entrance, request: Request): Promise<Response> {
  const { door, cors } = entrance;
  const path = new URL(request.url).pathname;
  const header = (name: string) => request.headers.get(name);
  const preflight = cors?.preflight(request.method, header);
  if (preflight) return new Response(null, preflight);
  const { state, refused } = await door.enter(request.method, path, header);
  const response = refused ? responseOf(refusedReply(refused, path)) : await answered(entrance, path, request, state);
  for (const [name, value] of Object.entries(cors?.headers(header) ?? {})) response.headers.append(name, value);
  response.headers.set("x-request-id", state.id);
  door.leave(state, request.method, response.status);
  return response;
}

async function answered(
  { routes, answer, yoga }: Entrance,
  path: string,
  request: Request,
  state: RequestState,
): Promise<Response> {
  const { method, headers } = request;
  const route = method === "POST" ? routes.get(path) : undefined;
  if (!route) return step(state.trace, "graphql", async () => yoga.fetch(request, beside(state)));
  try {
    const body = await readFetched(request, route.maxBodyBytes);
    const reply = await answer(route, { path, header: (name) => headers.get(name) ?? undefined, body, state });
    if (reply) return responseOf(reply);
    const init = { method, headers, body };
    return await step(state.trace, "graphql", async () => yoga.fetch(request.url, init, beside(state)));
  } catch (error) {
    return responseOf(route.fail(error, { path, state }));
  }
}

const responseOf = ({ status, headers, body }: Reply): Response =>
  new Response(typeof body === "string" ? body : Buffer.from(body), { status, headers });
