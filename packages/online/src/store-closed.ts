import { LockstepError } from "@lockstep/core";

export const storeClosed = (place: string): LockstepError =>
  new LockstepError({
    code: "ONLINE_CLOSED",
    place,
    what: "the online store has been closed",
    mend: "open it again, and close it only after its last use",
  });
