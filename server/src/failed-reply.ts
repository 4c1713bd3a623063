import { type Diagnostic, isLockstepError } from "@lockstep/core";
import { httpOf } from "./http-status.js";
import { bodyTooLarge } from "./limits/limit-error.js";
import type { Logger } from "./logs/logger.js";
import { redact } from "./logs/redact.js";
import type { Incoming, Reply } from "./pipeline.js";
import { logInternals, publicDiagnostic } from "./public-diagnostic.js";
import { BodyTooLarge } from "./read-body.js";

/** What a caller did wrong is 400, but for these. */
const STATUS: Readonly<Record<string, number>> = {
  SERVICE_UNKNOWN: 404,
  SOURCE_UNKNOWN: 404,
  FEATURE_UNKNOWN: 404,
  BATCH_TOO_LARGE: 413,
  NOT_MATERIALIZED: 503,
  STORE_ROLLED_BACK: 503,
  NOT_APPLIED: 503,
  INTERNAL: 500,
};

/** The reply to a request as a whole that failed: what a caller may know of it. What nobody foresaw is logged. */
export function failedReply(error: unknown, incoming: Pick<Incoming, "path" | "state">, log: Logger): Reply {
  const { id: requestId, codes } = incoming.state;
  const known = error instanceof BodyTooLarge ? bodyTooLarge(error.limit) : error;
  if (isLockstepError(known)) {
    codes.push(known.code);
    logInternals(known.diagnostics, requestId, log);
    return replyOf(known.diagnostics.map(publicDiagnostic));
  }
  codes.push("INTERNAL");
  const shown = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  log("error", "internal", { code: "INTERNAL", requestId, path: incoming.path, error: redact(shown) });
  const mend = `its log says more about request ${requestId}`;
  return replyOf([{ code: "INTERNAL", what: "The server failed", mend }], { requestId });
}

function replyOf(diagnostics: readonly Diagnostic[], more: object = {}): Reply {
  const [first = { code: "UNKNOWN", what: "it failed" }, ...others] = diagnostics;
  const { code, place, what, mend } = first;
  const error = { code, message: what, place, mend, ...more, ...(others.length > 0 ? { diagnostics } : {}) };
  const body = `${JSON.stringify({ error })}\n`;
  const http = httpOf(code);
  const headers = { "content-type": "application/json; charset=utf-8", ...http?.headers };
  return { status: STATUS[code] ?? http?.status ?? 400, headers, body };
}
