import type { Tracer } from "@opentelemetry/api";
import { type Authenticator, type HeaderOf, isRefusal } from "../auth/authenticate.js";
import { ANYBODY, type Caller, NOBODY } from "../auth/caller.js";
import type { Refusal } from "../auth/refusal.js";
import type { Limits } from "../limits/limits.js";
import type { Logger } from "../logs/logger.js";
import { requestIdOf } from "../logs/request-id.js";
import type { Metrics } from "../metrics/metrics.js";
import { requestTrace } from "../tracing/request-trace.js";
import { onlyService, type RequestState, requestState } from "./request-state.js";

export interface DoorOptions {
  readonly authenticator: Authenticator;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** A line for each request; else only for those that fail on the server's side. */
  readonly logRequests: boolean;
  /** Null: nothing is traced. */
  readonly tracer: Tracer | null;
  /** The paths that are known: a span may be named after them. */
  readonly paths: ReadonlySet<string>;
}

export interface Entered {
  readonly state: RequestState;
  /** Why it isn't answered. */
  readonly refused: Refusal | null;
}

/** Where every request comes in and goes out again. */
export interface Door {
  /** Who asks, and whether they may. A promise only where a token's signature has to be checked. */
  enter(method: string, path: string, header: HeaderOf): Entered | Promise<Entered>;
  /** What became of it: counted, and logged where that is due. */
  leave(state: RequestState, method: string, status: number): void;
}

/** What is open to everybody, though not with all details. */
const OPEN = new Set(["/healthz", "/readyz"]);

/** The caller went away before there was an answer: what nginx calls it. */
export const CALLER_GONE = 499;

/** Asked every few seconds by what watches the server, so nobody wants their traces. */
const UNTRACED = new Set([...OPEN, "/metrics"]);

export function createDoor({ authenticator, limits, metrics, log, logRequests, tracer, paths }: DoorOptions): Door {
  return {
    enter: (method, path, header) => {
      const started = performance.now();
      metrics.began();
      const id = requestIdOf(header("x-request-id"));
      const route = paths.has(path) ? path : null;
      const trace = tracer && !UNTRACED.has(path) ? requestTrace(tracer, method, path, route, header) : null;
      const entered = (found: Caller | Refusal): Entered => {
        if (!isRefusal(found)) return { state: requestState(id, found, limits, started, trace), refused: null };
        const state = requestState(id, NOBODY, limits, started, trace);
        if (OPEN.has(path)) return { state, refused: null };
        state.codes.push(found.code);
        return { state, refused: found };
      };
      const found = authenticator.authenticate(header);
      return found instanceof Promise ? found.then(entered) : entered(found);
    },
    leave: (state, method, status) => {
      const ms = performance.now() - state.started;
      const service = onlyService(state);
      const { operation, codes, rows, caller, sources, refusals } = state;
      state.trace?.end(status, {
        "lockstep.request_id": state.id,
        ...(service === "" ? {} : { "lockstep.service": service, "lockstep.entities": rows }),
        ...(sources.size === 0 ? {} : { "lockstep.sources": [...sources], "lockstep.rows": rows }),
        ...(codes.length === 0 ? {} : { "lockstep.error_codes": [...new Set(codes)] }),
      });
      metrics.finished({ operation, service, status, seconds: ms / 1000, codes });
      const failed = status >= 500;
      if (!failed && !logRequests) return;
      log(failed ? "error" : "info", "request", {
        requestId: state.id,
        ...(caller === ANYBODY || caller === NOBODY ? {} : { caller: caller.name }),
        method,
        status,
        ms: Math.round(ms * 1000) / 1000,
        operation,
        ...(service === "" ? {} : { service, rows }),
        ...(sources.size === 0 ? {} : { sources: [...sources], rows }),
        ...(refusals.size === 0 ? {} : { refusals: [...refusals] }),
        ...(codes.length === 0 ? {} : { codes: [...new Set(codes)] }),
      });
    },
  };
}
