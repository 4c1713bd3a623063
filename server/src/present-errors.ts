import { isLockstepError } from "@lockstep/core";
import type { Plugin } from "graphql-yoga";
import { GraphQLError } from "./graphql.js";
import { graphqlError } from "./graphql-error.js";
import { limitError } from "./limits/limit-error.js";
import type { Logger } from "./logs/logger.js";
import { redact } from "./logs/redact.js";
import { logInternals } from "./public-diagnostic.js";
import type { RequestState } from "./requests/request-state.js";
import type { States } from "./requests/states.js";

/** Turns every error of an answer into what a caller may see; what nobody foresaw is logged and masked. */
export function usePresentedErrors(log: Logger, states: States): Plugin {
  return {
    onResultProcess({ request, result, setResult }) {
      if (!("errors" in result) || !result.errors) return;
      const state = states.get(request);
      const requestId = state?.id ?? "";
      const errors = result.errors.map((error) => presentError(error, requestId, log));
      if (state) noteCodes(state, errors);
      setResult({ ...result, errors });
    },
  };
}

/** For the request's metrics and log line. */
export function noteCodes(state: RequestState, errors: readonly GraphQLError[]): void {
  for (const error of errors) state.codes.push(String(error.extensions["code"]));
}

export function presentError(error: GraphQLError, requestId: string, log: Logger): GraphQLError {
  const cause = rootOf(error);
  if (isLockstepError(cause)) {
    logInternals(cause.diagnostics, requestId, log);
    const { message, extensions } = graphqlError(cause);
    return again(error, message, extensions);
  }
  if (cause instanceof GraphQLError) {
    const { code, place, mend, diagnostics, http } = error.extensions;
    const tokens = /^Syntax Error: Document contains more tha[nt] (\d+) tokens/.exec(error.message)?.[1];
    if (tokens !== undefined) {
      const { message, extensions } = graphqlError(
        limitError("LIMIT_TOKENS", `its document has more than ${tokens} words and signs, and no more are allowed`),
      );
      return again(error, message, { ...extensions, http });
    }
    return again(error, error.message, { code: code ?? "GRAPHQL_INVALID", place, mend, diagnostics, http });
  }
  const shown = cause instanceof Error ? (cause.stack ?? String(cause)) : String(cause);
  log("error", "internal", { code: "INTERNAL", requestId, path: error.path ?? [], error: redact(shown) });
  return again(error, "The server failed", {
    code: "INTERNAL",
    mend: `its log says more about request ${requestId}`,
    requestId,
    unexpected: true,
  });
}

/** The same place in the query and in the answer, without the original error that it may carry. */
const again = ({ nodes, source, positions, path }: GraphQLError, message: string, extensions: object): GraphQLError =>
  new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions: Object.fromEntries(Object.entries(extensions).filter(([, value]) => value !== undefined)),
  });

function rootOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? rootOf(error.originalError) : error;
}
