import { LockstepError } from "@lockstep/core";

export type LimitCode =
  | "LIMIT_DEPTH"
  | "LIMIT_ALIASES"
  | "LIMIT_FIELDS"
  | "LIMIT_TOKENS"
  | "LIMIT_ENTITIES"
  | "LIMIT_COST"
  | "LIMIT_BODY"
  | "LIMIT_TIME";

/** The sentence has the limit, so that a caller knows what would do. */
export const limitError = (code: LimitCode, what: string, mend = "ask for less at once"): LockstepError =>
  new LockstepError({ code, place: "the request", what, mend });
