import { errorReply } from "../error-reply.js";
import { httpOf } from "../http-status.js";
import type { Reply } from "../pipeline.js";
import type { Refusal } from "./refusal.js";

/** In the shape in which the path's other errors come. */
export function refusedReply(refusal: Refusal, path: string): Reply {
  if (path !== "/graphql") return errorReply([refusal]);
  const { code, what, mend } = refusal;
  const { status, headers } = httpOf(code);
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: `${JSON.stringify({ errors: [{ message: what, extensions: { code, mend } }] })}\n`,
  };
}
