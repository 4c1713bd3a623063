import { isLockstepError } from "@lockstep/core";
import { errorReply } from "./error-reply.js";
import { bodyTooLarge } from "./limits/limit-error.js";
import type { Logger } from "./logs/logger.js";
import { redact } from "./logs/redact.js";
import type { Incoming, Reply } from "./pipeline.js";
import { logInternals, publicDiagnostic } from "./public-diagnostic.js";
import { BodyTooLarge } from "./read-body.js";

/** The reply to a request as a whole that failed: what a caller may know of it. What nobody foresaw is logged. */
export function failedReply(error: unknown, incoming: Pick<Incoming, "path" | "state">, log: Logger): Reply {
  const { id: requestId, codes } = incoming.state;
  const known = error instanceof BodyTooLarge ? bodyTooLarge(error.limit) : error;
  if (isLockstepError(known)) {
    codes.push(known.code);
    logInternals(known.diagnostics, requestId, log);
    return errorReply(known.diagnostics.map(publicDiagnostic));
  }
  codes.push("INTERNAL");
  const shown = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  log("error", "internal", { code: "INTERNAL", requestId, path: incoming.path, error: redact(shown) });
  const mend = `its log says more about request ${requestId}`;
  return errorReply([{ code: "INTERNAL", what: "The server failed", mend }], { requestId });
}
