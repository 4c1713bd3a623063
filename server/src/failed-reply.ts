import { type Diagnostic, isLockstepError } from "@lockstep/core";
import type { Incoming, Reply } from "./pipeline.js";
import { type Log, requestIdOf } from "./present-errors.js";
import { BodyTooLarge } from "./read-body.js";

/** What a caller did wrong is 400, but for these. */
const STATUS: Readonly<Record<string, number>> = {
  SERVICE_UNKNOWN: 404,
  FEATURE_UNKNOWN: 404,
  BODY_TOO_LARGE: 413,
  BATCH_TOO_LARGE: 413,
  CONTENT_TYPE: 415,
  NOT_MATERIALIZED: 503,
  STORE_ROLLED_BACK: 503,
  ONLINE_UNAVAILABLE: 503,
  NOT_APPLIED: 503,
  INTERNAL: 500,
};

/** The reply to a request as a whole that failed: what a caller may know of it. What nobody foresaw is logged. */
export function failedReply(error: unknown, incoming: Incoming, log: Log): Reply {
  if (isLockstepError(error)) return replyOf(error.diagnostics);
  if (error instanceof BodyTooLarge) {
    const what = `the body has more than ${error.limit} bytes`;
    const reply = replyOf([{ code: "BODY_TOO_LARGE", what, mend: "ask for fewer entities at a time" }]);
    // The rest of the body is never read.
    return { ...reply, headers: { ...reply.headers, connection: "close" } };
  }
  const requestId = requestIdOf(incoming.header("x-request-id"));
  const shown = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  log(JSON.stringify({ level: "error", code: "INTERNAL", requestId, path: incoming.path, error: shown }));
  const mend = `its log says more about request ${requestId}`;
  return replyOf([{ code: "INTERNAL", what: "The server failed", mend }], { requestId });
}

function replyOf(diagnostics: readonly Diagnostic[], more: object = {}): Reply {
  const [first = { code: "UNKNOWN", what: "it failed" }, ...others] = diagnostics;
  const { code, place, what, mend } = first;
  const error = { code, message: what, place, mend, ...more, ...(others.length > 0 ? { diagnostics } : {}) };
  const body = `${JSON.stringify({ error })}\n`;
  return { status: STATUS[code] ?? 400, headers: { "content-type": "application/json; charset=utf-8" }, body };
}
