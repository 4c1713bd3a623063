import { LockstepError } from "@lockstep/core";

/** An empty store never passes for zeros. */
export const notMaterialized = (views: readonly string[]): LockstepError =>
  new LockstepError(
    views.map((view) => ({
      code: "NOT_MATERIALIZED",
      place: `view '${view}'`,
      what: "its online values were never completely materialized, or the store has lost them",
      mend: `run \`fs materialize ${view}\``,
    })),
  );
