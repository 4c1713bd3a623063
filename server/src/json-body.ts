import { LockstepError } from "@lockstep/core";
import type { Incoming } from "./pipeline.js";

/** Of a request whose body is said to be JSON. Browsers ask before they send such a one to another origin. */
export const isJson = (contentType: string | null | undefined): boolean =>
  /^application\/([\w.-]+\+)?json *(;|$)/i.test(contentType ?? "");

/** Throws where a request says that its body is something else. One that says nothing is taken at its word: Feast's SDK does so. */
export function requireJson({ header }: Pick<Incoming, "header">): void {
  const type = header("content-type");
  if (type === undefined || isJson(type)) return;
  throw new LockstepError({
    code: "CONTENT_TYPE",
    place: "content-type",
    what: "the body is said to be something else than JSON",
    mend: "send JSON with `content-type: application/json`",
  });
}
