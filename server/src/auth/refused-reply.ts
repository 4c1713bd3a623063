import type { Reply } from "../pipeline.js";
import type { Refusal } from "./refusal.js";

/** In GraphQL's shape, which whoever asks for something else can read as well. */
export const refusedReply = ({ status, code, what, mend }: Refusal): Reply => ({
  status,
  headers: {
    "content-type": "application/json",
    ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    ...(status === 503 ? { "retry-after": "1" } : {}),
  },
  body: `${JSON.stringify({ errors: [{ message: what, extensions: { code, mend } }] })}\n`,
});
