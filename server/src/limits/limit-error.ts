import { LockstepError } from "@lockstep/core";

export type LimitCode =
  | "LIMIT_DEPTH"
  | "LIMIT_ALIASES"
  | "LIMIT_FIELDS"
  | "LIMIT_TOKENS"
  | "LIMIT_ENTITIES"
  | "LIMIT_COST"
  | "LIMIT_ROWS"
  | "LIMIT_TIME";

/** The sentence has the limit, so that a caller knows what would do. */
export const limitError = (code: LimitCode, what: string, mend = "ask for less at once"): LockstepError =>
  new LockstepError({ code, place: "the request", what, mend });

export const bodyTooLarge = (bytes: number): LockstepError =>
  new LockstepError({
    code: "BODY_TOO_LARGE",
    place: "the request",
    what: `its body has more than ${bytes} bytes, and no more are allowed`,
    mend: "ask for fewer entities at a time",
  });
