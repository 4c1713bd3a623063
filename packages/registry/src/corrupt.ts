import { LockstepError } from "@lockstep/core";

/** What lies in the registry is not what this product put there. */
export const corrupt = (place: string, what: string, cause?: unknown): LockstepError =>
  new LockstepError(
    {
      code: "REGISTRY_CORRUPT",
      place,
      what,
      mend: "restore the registry from a copy; entries and blobs are never edited by hand",
    },
    { cause },
  );
