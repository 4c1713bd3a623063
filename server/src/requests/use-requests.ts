import type { Plugin } from "graphql-yoga";
import { type Authenticator, isRefusal } from "../auth/authenticate.js";
import { ANYBODY } from "../auth/caller.js";
import type { Refusal } from "../auth/refusal.js";
import type { Limits } from "../limits/limits.js";
import type { Logger } from "../logs/logger.js";
import { requestIdOf } from "../logs/request-id.js";
import type { Metrics } from "../metrics/metrics.js";
import { onlyService, type RequestState, requestState } from "./request-state.js";

export interface RequestsOptions {
  readonly authenticator: Authenticator;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** A line for each request; else only for those that fail on the server's side. */
  readonly logRequests: boolean;
}

/** The state of each request under way. */
export type States = WeakMap<Request, RequestState>;

const OPEN = new Set(["/healthz", "/readyz"]);

/** Finds out who asks and lets nobody else in; begins and ends each request's state; logs and measures it. */
export function useRequests(options: RequestsOptions, states: States): Plugin {
  const { authenticator, limits, metrics, log, logRequests } = options;
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      const started = performance.now();
      metrics.began();
      const id = requestIdOf(request.headers.get("x-request-id"));
      const found = await authenticator.authenticate((name) => request.headers.get(name));
      const refused = isRefusal(found);
      const state = requestState(id, refused ? { name: "", grant: new Map() } : found, limits, started);
      states.set(request, state);
      if (!refused || OPEN.has(url.pathname)) return;
      state.codes.push(found.code);
      endResponse(new fetchAPI.Response(refusalBody(found), { status: found.status, headers: refusalHeaders(found) }));
    },
    onResponse({ request, response }) {
      const state = states.get(request);
      if (!state) return;
      states.delete(request);
      response.headers.set("x-request-id", state.id);
      const ms = performance.now() - state.started;
      const service = onlyService(state);
      const { operation, codes, rows } = state;
      metrics.finished({ operation, service, status: response.status, seconds: ms / 1000, codes });
      const failed = response.status >= 500;
      if (!failed && !logRequests) return;
      log(failed ? "error" : "info", "request", {
        requestId: state.id,
        ...(state.caller === ANYBODY ? {} : { caller: state.caller.name }),
        method: request.method,
        status: response.status,
        ms: Math.round(ms * 1000) / 1000,
        operation,
        ...(service === "" ? {} : { service, rows }),
        ...(codes.length === 0 ? {} : { codes: [...new Set(codes)] }),
      });
    },
  };
}

const refusalBody = ({ code, what, mend }: Refusal): string =>
  `${JSON.stringify({ errors: [{ message: what, extensions: { code, mend } }] })}\n`;

const refusalHeaders = ({ status }: Refusal): Record<string, string> => ({
  "content-type": "application/json",
  ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
  ...(status === 503 ? { "retry-after": "1" } : {}),
});
