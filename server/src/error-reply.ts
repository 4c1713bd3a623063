import type { Diagnostic } from "@lockstep/core";
import { httpOf } from "./http-status.js";
import type { Reply } from "./pipeline.js";

/** An error as everything but GraphQL answers it: the first of them, and all where there are several. `more` is of the error, `beside` of the reply. */
export function errorReply(diagnostics: readonly Diagnostic[], more: object = {}, beside: object = {}): Reply {
  const [first = { code: "UNKNOWN", what: "it failed" }, ...others] = diagnostics;
  const { code, place, what, mend } = first;
  const error = { code, message: what, place, mend, ...more, ...(others.length > 0 ? { diagnostics } : {}) };
  const { status, headers } = httpOf(code);
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: `${JSON.stringify({ error, ...beside })}\n`,
  };
}
