import { LockstepError } from "@lockstep/core";

/** A store that came back older than what was published in it never passes for what it was. */
export const storeRolledBack = (...places: readonly string[]): LockstepError =>
  new LockstepError(
    places.map((place) => ({
      code: "STORE_ROLLED_BACK",
      place,
      what: "the online store, or a shard of it, lacks the last complete run: it was emptied, or restored from an older state",
      mend: "materialize the view in full",
    })),
  );
