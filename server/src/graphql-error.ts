import { formatDiagnostic, isLockstepError, type LockstepError } from "@lockstep/core";
import { GraphQLError } from "./graphql.js";
import { graphqlHttpOf, type HttpStatus } from "./http-status.js";
import { publicDiagnostic } from "./public-diagnostic.js";

/** A LockstepError as callers see it: what is wrong as the message; code, place and mend beside it. */
export function graphqlError(error: LockstepError): GraphQLError {
  const diagnostics = error.diagnostics.map(publicDiagnostic);
  const [first, ...more] = diagnostics;
  const extensions = {
    code: first?.code ?? "UNKNOWN",
    ...(first?.place === undefined ? {} : { place: first.place }),
    ...(first?.mend === undefined ? {} : { mend: first.mend }),
    ...(more.length === 0 ? {} : { diagnostics }),
    ...httpExtension(error.code),
  };
  const message = more.length === 0 ? (first?.what ?? error.message) : diagnostics.map(formatDiagnostic).join("\n");
  return new GraphQLError(message, { extensions });
}

/** For Yoga, which answers with it and doesn't show it. */
function httpExtension(code: string): { readonly http?: HttpStatus } {
  const http = graphqlHttpOf(code);
  return http ? { http } : {};
}

/** Runs `read`; a LockstepError in it becomes the GraphQL error that scalars must throw to keep their code. */
export function asGraphql<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw isLockstepError(error) ? graphqlError(error) : error;
  }
}
