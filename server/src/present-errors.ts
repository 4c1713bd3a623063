import { isLockstepError } from "@lockstep/core";
import type { Plugin } from "graphql-yoga";
import { GraphQLError } from "./graphql.js";
import { graphqlError } from "./graphql-error.js";

export type Log = (line: string) => void;

/** Turns every error of an answer into what a caller may see; what nobody foresaw is logged and masked. */
export function usePresentedErrors(log: Log): Plugin {
  return {
    onResultProcess({ request, result, setResult }) {
      if (!("errors" in result) || !result.errors) return;
      const requestId = requestIdOf(request.headers.get("x-request-id"));
      setResult({ ...result, errors: result.errors.map((error) => presentError(error, requestId, log)) });
    },
  };
}

export function presentError(error: GraphQLError, requestId: string, log: Log): GraphQLError {
  const cause = rootOf(error);
  if (isLockstepError(cause)) {
    const { message, extensions } = graphqlError(cause);
    return again(error, message, extensions);
  }
  if (cause instanceof GraphQLError) {
    const { code, place, mend, diagnostics, http } = error.extensions;
    return again(error, error.message, { code: code ?? "GRAPHQL_INVALID", place, mend, diagnostics, http });
  }
  const shown = cause instanceof Error ? (cause.stack ?? String(cause)) : String(cause);
  log(JSON.stringify({ level: "error", code: "INTERNAL", requestId, path: error.path, error: shown }));
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

/** The caller's own id of the request, or a new one. */
export const requestIdOf = (given: string | null | undefined): string =>
  given && /^[\w.:-]{1,80}$/.test(given) ? given : crypto.randomUUID();
